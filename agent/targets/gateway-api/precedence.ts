import { canonical, listAt, textAt } from '../../model/json.ts';
import { compareText, keyOf } from '../../model/metadata.ts';
import type { FrontObject } from '../inventory.ts';

/** One match of a rule, as far as its place among others depends on it. */
export interface Rank {
  /** Equal for matches that agree in all that is looked at before headers: the path and the method. */
  readonly place: string;
  readonly headers: number;
  readonly query: number;
}

/** What the Gateway API puts where a rule has no matches. */
export const EVERYTHING = { path: { type: 'PathPrefix', value: '/' } } as const;

/** The matches of a rule. */
export function matchesOf(rule: unknown): readonly unknown[] {
  const matches = listAt(rule, 'matches');
  return matches.length === 0 ? [EVERYTHING] : matches;
}

/** What the order of a match depends on. */
export function rankOf(match: unknown): Rank {
  const type = textAt(match, 'path', 'type') ?? EVERYTHING.path.type;
  const value = textAt(match, 'path', 'value') ?? EVERYTHING.path.value;
  return {
    place: canonical([type, value, textAt(match, 'method')]),
    headers: listAt(match, 'headers').length,
    query: listAt(match, 'queryParams').length,
  };
}

/**
 * The order of two matches that one request can satisfy, as the Gateway API defines it for HTTPRoutes: an exact path, the longer
 * prefix, a method, more headers, more query parameters. Negative: the first comes first. Of those that differ in path or method
 * nothing is said: a header more changes nothing between them.
 */
function compareRanks(a: Rank, b: Rank): number {
  return b.headers - a.headers || b.query - a.query;
}

/** True when one request can satisfy both matches as far as their path and method go, and the second does not come first. */
export function isBeforeOrTied(a: Rank, b: Rank): boolean {
  return a.place === b.place && compareRanks(a, b) <= 0;
}

/** True when the other match comes first for ordinary requests, and no longer once this one asks for a header more. */
export function overtakes(own: Rank, front: FrontObject, other: Rank, otherFront: FrontObject): boolean {
  if (own.place !== other.place) return false;
  const before = compareRanks(other, own) || byAge(otherFront, front);
  // With a tie the older route comes first, and graylane's is the youngest: it is made when a release begins.
  return before < 0 && compareRanks({ ...own, headers: own.headers + 1 }, other) < 0;
}

/** Among HTTPRoutes with equal matches the oldest comes first, then the first by name. */
function byAge(a: FrontObject, b: FrontObject): number {
  const born = ({ object }: FrontObject): string => textAt(object, 'metadata', 'creationTimestamp') ?? '';
  return compareText(born(a), born(b)) || compareText(keyOf(a.metadata), keyOf(b.metadata));
}

/** True when both routes can get the same request: they share a parent and a host name. */
export function meet(a: FrontObject, b: FrontObject): boolean {
  return share(parentsOf(a), parentsOf(b)) && share(hostsOf(a), hostsOf(b));
}

function share(a: readonly string[], b: readonly string[]): boolean {
  return a.some((one) => b.includes(one));
}

/** What an HTTPRoute is attached to, each as one text. */
export function parentsOf({ object, metadata }: FrontObject): readonly string[] {
  return listAt(object, 'spec', 'parentRefs').map((parent) =>
    parentKey(
      textAt(parent, 'group') ?? 'gateway.networking.k8s.io',
      textAt(parent, 'kind') ?? 'Gateway',
      textAt(parent, 'namespace') ?? metadata.namespace,
      textAt(parent, 'name') ?? '',
    ),
  );
}

/** A parent as one text. */
export function parentKey(group: string, kind: string, namespace: string, name: string): string {
  return canonical([group, kind, namespace, name]);
}

/** A more specific host name comes first whatever the matches are, so only equal ones matter. */
function hostsOf({ object }: FrontObject): readonly string[] {
  const hosts = listAt(object, 'spec', 'hostnames').map((host) => String(host).toLowerCase());
  return hosts.length === 0 ? [''] : hosts;
}
