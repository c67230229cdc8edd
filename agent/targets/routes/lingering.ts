import type { Compiled, EntryRoute, Route } from '../../model/compiled.ts';
import { canonical } from '../../model/json.ts';

/** Where a tag led to until a moment ago. */
interface Former {
  readonly route: Route;
  readonly entries: readonly EntryRoute[];
  /** When gateways were told to set the tag no more, in milliseconds; undefined while they were not. */
  offMs: number | undefined;
}

/**
 * Keeps routes of tags that gateways may still be setting. A tag is taken off first; what it led to stays until the gateways can
 * be expected to have heard of that, or until the gray pods are gone: from then on the route could only do harm.
 */
export class Lingering {
  readonly #waitMs: number;
  #former = new Map<string, Former>();
  #last: Compiled | undefined;

  /** @param waitMs for how long a gateway may set a tag that it was told not to set any more, in milliseconds */
  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  /** What is to be rendered for `compiled`: the same, with the routes that have to stay for a while. */
  extended(compiled: Compiled, nowMs: number): Compiled {
    this.#note(compiled);
    const kept = [...this.#former.values()].filter(({ offMs }) => offMs === undefined || nowMs < offMs + this.#waitMs);
    if (kept.length === 0) return compiled;
    const routes = kept.map(({ route }) => route);
    const isKept = ({ namespace, service, member }: Place): boolean =>
      routes.some((route) => route.namespace === namespace && route.service === service && route.member === member);
    return {
      ...compiled,
      routes: [...compiled.routes, ...routes],
      baselines: compiled.baselines.filter((baseline) => !isKept(baseline)),
      entries: [...compiled.entries, ...kept.flatMap(({ entries }) => entries)],
    };
  }

  /** The gateways were told what was compiled last. */
  told(nowMs: number): void {
    for (const former of this.#former.values()) former.offMs ??= nowMs;
  }

  /** In how many milliseconds something ceases to stay; undefined when nothing is waiting for that. */
  remainingMs(nowMs: number): number | undefined {
    const ends = [...this.#former.values()].flatMap(({ offMs }) => (offMs === undefined ? [] : [offMs + this.#waitMs]));
    const future = ends.filter((end) => end > nowMs);
    return future.length === 0 ? undefined : Math.min(...future) - nowMs;
  }

  #note(compiled: Compiled): void {
    if (compiled === this.#last) return;
    const [before, current] = [this.#last, new Set(compiled.routes.map(tagKey))];
    const former = new Map(this.#former);
    for (const route of before?.routes ?? []) {
      const entries = before?.entries.filter((entry) => isSamePlace(entry, route)) ?? [];
      if (!former.has(tagKey(route))) former.set(tagKey(route), { route, entries, offMs: undefined });
    }
    this.#former = new Map(
      [...former].filter(([key, { route }]) => !current.has(key) && compiled.baselines.some(isOf(route))),
    );
    this.#last = compiled;
  }
}

type Place = Pick<Route, 'namespace' | 'service' | 'member'>;

/** True for the baseline of the same pods: gray ones still are there, and the stable ones are known. */
function isOf(route: Route): (baseline: Compiled['baselines'][number]) => boolean {
  return (baseline) =>
    isSamePlace(baseline, route) &&
    baseline.stableLabels !== undefined &&
    canonical([baseline.stableLabels, baseline.grayLabels]) === canonical([route.stableLabels, route.grayLabels]);
}

function isSamePlace(one: Place, other: Place): boolean {
  return one.namespace === other.namespace && one.service === other.service && one.member === other.member;
}

/** One text for a tag at a Service. */
function tagKey({ namespace, service, tagHeader, tagValue }: Route): string {
  return canonical([namespace, service, tagHeader, tagValue]);
}
