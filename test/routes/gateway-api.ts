import { integerAt, listAt, textAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { field, list } from '../targets/objects.ts';
import { type Answer, anyOf, failing, tried } from './answer.ts';
import { type Cluster, namespaceOf } from './cluster.ts';
import type { Call, Visit } from './request.ts';

/** A request as far as matches look at it. */
export interface Request {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

interface Candidate {
  readonly rule: unknown;
  readonly route: KubernetesObject;
  /** Compared one by one; the smallest comes first. */
  readonly rank: readonly (number | string)[];
}

/** The port at which services call each other in tests. */
const PORT = 80;

/** What a mesh that implements GAMMA does with a call: the HTTPRoutes that are attached to the Service, else the Service itself. */
export function meshAnswer(cluster: Cluster, { namespace, service, headers }: Call): Answer {
  const routes = cluster
    .of('HTTPRoute')
    .filter((route) =>
      listAt(route, 'spec', 'parentRefs').some(
        (parent) =>
          textAt(parent, 'kind') === 'Service' &&
          textAt(parent, 'name') === service &&
          (textAt(parent, 'namespace') ?? namespaceOf(route)) === namespace &&
          (integerAt(parent, 'port') ?? PORT) === PORT,
      ),
    );
  if (routes.length === 0) return serviceAnswer(cluster, namespace, service);
  return routedAnswer(cluster, routes, { path: '/', method: 'GET', headers, query: {} });
}

/** What a gateway does with a request from outside: the HTTPRoutes that are attached to a Gateway. */
export function gatewayAnswer(cluster: Cluster, { host, path, headers }: Visit): Answer {
  const routes = cluster.of('HTTPRoute').filter((route) => {
    const hosts = listAt(route, 'spec', 'hostnames');
    const isAttached = listAt(route, 'spec', 'parentRefs').some(
      (parent) => (textAt(parent, 'kind') ?? 'Gateway') === 'Gateway',
    );
    return isAttached && (hosts.length === 0 || hosts.includes(host));
  });
  return routedAnswer(cluster, routes, { path, method: 'GET', headers, query: {} });
}

function routedAnswer(cluster: Cluster, routes: readonly KubernetesObject[], request: Request): Answer {
  const found = chosen(routes, request);
  if (found === undefined) return failing(404);
  const backends = listAt(found.rule, 'backendRefs').filter((backend) => integerAt(backend, 'weight') !== 0);
  if (backends.length === 0) return failing(500);
  return anyOf(
    backends.map((backend) => {
      const namespace = textAt(backend, 'namespace') ?? namespaceOf(found.route);
      return serviceAnswer(cluster, namespace, textAt(backend, 'name') ?? '');
    }),
  );
}

/** A backend that does not exist is an error 500, and one without endpoints 503; nothing is sent to another backend. */
function serviceAnswer(cluster: Cluster, namespace: string, name: string): Answer {
  const endpoints = cluster.endpoints(namespace, name);
  return endpoints === undefined ? failing(500) : tried([endpoints.map(({ pod }) => pod)], cluster.gone);
}

/**
 * The name of the first backend of the rule that a gateway chooses.
 *
 * @param routes HTTPRoutes for one host of one gateway
 */
export function answer(routes: readonly KubernetesObject[], request: Request): string | undefined {
  const backend = field(chosen(routes, request)?.rule, 'backendRefs', 0, 'name');
  return typeof backend === 'string' ? backend : undefined;
}

/**
 * The rule that comes first by the order that the Gateway API defines: "Exact" path match, "Prefix" path match with the largest
 * number of characters, method match, largest number of header matches, largest number of query param matches; then the oldest
 * route, the first by name, and the first rule of the list.
 */
function chosen(routes: readonly KubernetesObject[], request: Request): Candidate | undefined {
  const candidates = routes.flatMap((route) =>
    list(field(route, 'spec', 'rules')).flatMap((rule) => {
      const matches = list(field(rule, 'matches'));
      return (matches.length === 0 ? [{}] : matches)
        .filter((match) => holds(match, request))
        .map((match): Candidate => ({ rule, route, rank: [...rankOf(match), ...ageOf(route)] }));
    }),
  );
  // The sort is stable: of equal ones the first in the list stays the first.
  return candidates.sort((a, b) => compare(a.rank, b.rank))[0];
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
