import type { KubernetesObject } from '../../../agent/model/snapshot.ts';
import { field, list } from '../objects.ts';

/** A request as far as matches look at it. */
export interface Request {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

interface Candidate {
  readonly backend: string | undefined;
  /** Compared one by one; the largest comes first. */
  readonly rank: readonly (number | string)[];
}

/**
 * The backend that a gateway chooses by the order that the Gateway API defines: "Exact" path match, "Prefix" path match with the
 * largest number of characters, method match, largest number of header matches, largest number of query param matches; then the
 * oldest route, the first by name, and the first rule of the list.
 *
 * @param routes HTTPRoutes for one host of one gateway
 */
export function answer(routes: readonly KubernetesObject[], request: Request): string | undefined {
  const candidates = routes.flatMap((route) =>
    list(field(route, 'spec', 'rules')).flatMap((rule) => {
      const matches = list(field(rule, 'matches'));
      const backend = field(rule, 'backendRefs', 0, 'name');
      return (matches.length === 0 ? [{}] : matches)
        .filter((match) => holds(match, request))
        .map(
          (match): Candidate => ({
            backend: typeof backend === 'string' ? backend : undefined,
            rank: [...rankOf(match), ...ageOf(route)],
          }),
        );
    }),
  );
  // The sort is stable: of equal ones the first in the list stays the first.
  return candidates.sort((a, b) => compare(a.rank, b.rank))[0]?.backend;
}

function holds(match: unknown, request: Request): boolean {
  const path = String(field(match, 'path', 'value') ?? '/');
  const isPath =
    field(match, 'path', 'type') === 'Exact'
      ? request.path === path
      : path === '/' || request.path === path || request.path.startsWith(`${path}/`);
  const method = field(match, 'method');
  const has =
    (values: Readonly<Record<string, string>>) =>
    (wanted: unknown): boolean =>
      values[String(field(wanted, 'name'))] === field(wanted, 'value');
  return (
    isPath &&
    (method === undefined || method === request.method) &&
    list(field(match, 'headers')).every(has(request.headers)) &&
    list(field(match, 'queryParams')).every(has(request.query))
  );
}

function rankOf(match: unknown): readonly number[] {
  const path = String(field(match, 'path', 'value') ?? '/');
  return [
    field(match, 'path', 'type') === 'Exact' ? 0 : 1,
    -path.length,
    field(match, 'method') === undefined ? 1 : 0,
    -list(field(match, 'headers')).length,
    -list(field(match, 'queryParams')).length,
  ];
}

function ageOf({ metadata }: KubernetesObject): readonly string[] {
  return [String(field(metadata, 'creationTimestamp')), metadata.name];
}

function compare(a: Candidate['rank'], b: Candidate['rank']): number {
  for (const [index, one] of a.entries()) {
    const other = b[index];
    if (other !== undefined && one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
