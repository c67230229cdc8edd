import type { Baseline, Route } from '../model/compiled.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { canonical } from '../model/json.ts';
import { diagnose } from '../model/reasons.ts';
import { Repeats } from './repeats.ts';

/** Routes of which each Service has one for a tag. */
export interface Sifted {
  readonly routes: readonly Route[];
  /** The Services of the others, whose gray pods no tag leads to. */
  readonly baselines: readonly Baseline[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Leaves each Service one route for a tag, the first. It is for any number of lists, one after the other. */
export function sifter(): (routes: readonly Route[]) => Sifted {
  const repeats = new Repeats(keyOf);
  return (routes) => (repeats.areIn(routes) ? oneForEachTag(routes) : { routes, baselines: [], diagnostics: [] });
}

/** @param routes those of lanes with a larger priority first */
function oneForEachTag(routes: readonly Route[]): Sifted {
  const first = new Map<string, Route>();
  const kept: Route[] = [];
  const baselines: Baseline[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const route of routes) {
    const { namespace, service, member, tagValue, stableLabels, grayLabels } = route;
    const key = keyOf(route);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, route);
      kept.push(route);
      continue;
    }
    // The same pods once more.
    if (canonical(earlier.grayLabels) === canonical(grayLabels)) continue;
    baselines.push({ namespace, service, member, stableLabels, grayLabels });
    const object = { kind: 'Rollout', namespace, name: member.slice(namespace.length + 1) };
    const what = `At the Service ${service} the tag ${JSON.stringify(tagValue)} leads to the gray pods of ${earlier.member}`;
    diagnostics.push(diagnose(object, { path: '', reason: 'SameTag', what }));
  }
  return { routes: kept, baselines, diagnostics };
}

const keys = new WeakMap<Route, string>();

/** One text for a Service and a tag. Nearly all routes are those of the last time, so it is made once for each. */
function keyOf(route: Route): string {
  const known = keys.get(route);
  if (known !== undefined) return known;
  const { namespace, service, tagHeader, tagValue } = route;
  const key = JSON.stringify([namespace, service, tagHeader, tagValue]);
  keys.set(route, key);
  return key;
}
