import type { ObjectRef } from '../model/diagnostic.ts';
import { canonical } from '../model/json.ts';
import type { Metadata } from '../model/metadata.ts';
import type { ScopeEntry } from '../model/plugin-config.ts';
import { quoted } from '../model/quote.ts';
import type { Problem } from '../model/reasons.ts';
import type { TrafficTarget } from '../model/rollout.ts';
import { ANNOTATION } from './annotation.ts';
import type { Front } from './front.ts';
import { namedFronts } from './fronts.ts';
import { httpRouteScope } from './http-route-scope.ts';
import { ingressScope } from './ingress-scope.ts';
import type { Inventory } from './inventory.ts';

/** Which requests a lane's rules may decide about: some, or by the user's wish all. */
export type Scope = readonly ScopeEntry[] | 'all';

/** Tells of a problem of an object; undefined is the entry. */
export type ReportOn = (object: ObjectRef | undefined, problem: Problem) => void;

/** The plugin takes no more entries in a scope, nor hosts or paths in an entry. */
const MAX_SCOPE = 64;

/** True for an entry whose rules decide on every request by the user's wish. */
export function isEverywhere({ annotations }: Metadata): boolean {
  return annotations[ANNOTATION.scope] === 'all';
}

/**
 * The requests that belong to an entry, or undefined when nothing says which these are. Without a scope one application's
 * lane would tag another's requests, so it takes an annotation to have none.
 *
 * @param services names of the Services of the entry
 */
export function scopeOf(
  metadata: Metadata,
  target: TrafficTarget | undefined,
  services: readonly string[],
  inventory: Inventory,
  report: ReportOn,
): Scope | undefined {
  if (isEverywhere(metadata)) return 'all';
  const wish = metadata.annotations[ANNOTATION.scope];
  if (wish !== undefined) {
    const what = `${quoted(wish)} is no scope`;
    report(undefined, { path: `metadata.annotations[${ANNOTATION.scope}]`, reason: 'InvalidScope', what });
    return undefined;
  }
  const named = namedFronts(metadata, target, inventory, (problem) => report(undefined, problem));
  if (named === undefined) return undefined;
  const fronts = named.length > 0 ? named : inventory.fronts.leadingTo(metadata.namespace, services);
  const entries = new Map(
    fronts.flatMap((front) => entriesOf(front, services, report)).map((entry) => [canonical(entry), entry]),
  );
  if (entries.size === 0) {
    const nothing = {
      path: '',
      reason: 'ScopeUnknown',
      what: 'No Ingress and no HTTPRoute leads to its Service',
    } as const;
    if (fronts.length === 0) report(undefined, nothing);
    return undefined;
  }
  if (entries.size <= MAX_SCOPE) return [...entries.values()];
  report(undefined, { path: '', reason: 'ScopeTooLarge', what: `Its scope has ${entries.size} entries` });
  return undefined;
}

function entriesOf(front: Front, services: readonly string[], report: ReportOn): readonly ScopeEntry[] {
  const { namespace, name } = front.object.metadata;
  const ref = { kind: front.kind, namespace, name };
  let told = false;
  const tell = (problem: Problem): void => {
    told = true;
    report(ref, problem);
  };
  const entries =
    front.kind === 'Ingress'
      ? ingressScope(front.object, services, tell)
      : httpRouteScope(front.object, services, tell);
  if (entries.length === 0 && !told) {
    tell({
      path: '',
      reason: 'ScopeEmpty',
      what: `No path of it leads to ${services.join(' or ') || 'a Service of the entry'}`,
    });
  }
  const large = entries.find(({ hosts = [], paths = [] }) => hosts.length > MAX_SCOPE || paths.length > MAX_SCOPE);
  if (large === undefined) return entries;
  tell({ path: '', reason: 'ScopeTooLarge', what: 'It has more than 64 hosts or paths for one Service' });
  return [];
}
