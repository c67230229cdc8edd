import { at, integerAt, listAt, textAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { type Answer, failing, tried } from './answer.ts';
import { type Cluster, namespaceOf } from './cluster.ts';
import type { Visit } from './request.ts';

/** A gateway that serves Ingresses of the class of its name. */
export type IngressGateway = 'higress' | 'nginx' | 'apisix';

interface Way {
  readonly object: KubernetesObject;
  readonly namespace: string;
  readonly service: string;
  /** What the gateway compares paths by: a canary and its base have the same. */
  readonly key: string;
  readonly length: number;
  readonly isExact: boolean;
}

/**
 * What the gateway does with a request from outside: the path of an Ingress, an exact one before the longest prefix; then a canary
 * Ingress of the same host and path whose header the request has, or an ApisixRoute of larger priority.
 */
export function ingressAnswer(cluster: Cluster, gateway: IngressGateway, visit: Visit): Answer {
  const ways = waysOf(cluster, gateway, visit);
  const base = ways
    .filter(({ object }) => annotation(object, 'canary') !== 'true')
    .sort((a, b) => Number(b.isExact) - Number(a.isExact) || b.length - a.length)[0];
  if (gateway === 'apisix') {
    const route = apisixService(cluster, visit);
    if (route !== undefined) return byEndpoints(cluster, [route]);
  }
  if (base === undefined) return failing(404);
  const canaries = ways.filter(({ object, key }) => annotation(object, 'canary') === 'true' && key === base.key);
  // ingress-nginx looks at one canary of a path, and does not say which.
  const looked = gateway === 'nginx' ? canaries.slice(0, 1) : canaries;
  const canary = looked.find(({ object }) => isDiverted(object, gateway, visit));
  // Both send a request for a canary that has no endpoint to the base.
  return byEndpoints(cluster, canary === undefined ? [base] : [canary, base]);
}

/** The ways of Ingresses of that class for the host and path. */
function waysOf(cluster: Cluster, gateway: IngressGateway, { host, path }: Visit): readonly Way[] {
  return cluster
    .of('Ingress')
    .filter((object) => classOf(object) === gateway)
    .flatMap((object) =>
      listAt(object, 'spec', 'rules').flatMap((rule) =>
        listAt(rule, 'http', 'paths').flatMap((given): readonly Way[] => {
          const value = textAt(given, 'path') ?? '/';
          const isExact = textAt(given, 'pathType') === 'Exact';
          const isHost = (textAt(rule, 'host') ?? host) === host;
          if (!isHost || !isOn(path, value, isExact)) return [];
          const key = JSON.stringify([textAt(rule, 'host'), value, isExact]);
          const service = textAt(given, 'backend', 'service', 'name') ?? '';
          return [{ object, namespace: namespaceOf(object), service, key, length: value.length, isExact }];
        }),
      ),
    );
}

/** Higress serves Ingresses that name no class. */
function classOf(object: KubernetesObject): string {
  const annotated = textAt(object, 'metadata', 'annotations', 'kubernetes.io/ingress.class');
  return textAt(object, 'spec', 'ingressClassName') ?? annotated ?? 'higress';
}

function isOn(path: string, value: string, isExact: boolean): boolean {
  if (path === value) return true;
  return !isExact && (value.endsWith('/') ? path.startsWith(value) : path.startsWith(`${value}/`));
}

/** Higress makes an expression of the value, which the whole header has to match; ingress-nginx compares it. */
function isDiverted(object: KubernetesObject, gateway: IngressGateway, { headers }: Visit): boolean {
  const given = headers[annotation(object, 'canary-by-header')?.toLowerCase() ?? ''];
  const value = annotation(object, 'canary-by-header-value');
  if (given === undefined) return false;
  if (value === undefined) return given === 'always';
  return gateway === 'higress' ? new RegExp(`^(?:always|${value})$`, 'v').test(given) : given === value;
}

function annotation(object: KubernetesObject, name: string): string | undefined {
  return ['nginx.ingress.kubernetes.io', 'higress.io']
    .map((prefix) => textAt(object, 'metadata', 'annotations', `${prefix}/${name}`))
    .find((value) => value !== undefined);
}

/** The Service of the ApisixRoute that takes the request; routes of an Ingress have the priority 0. */
function apisixService(
  cluster: Cluster,
  { host, path, headers }: Visit,
): Pick<Way, 'namespace' | 'service'> | undefined {
  const found = cluster.of('ApisixRoute').flatMap((object) =>
    listAt(object, 'spec', 'http')
      .filter((route) => {
        const hosts = listAt(route, 'match', 'hosts');
        const isHost = hosts.length === 0 || hosts.includes(host);
        const isPath = listAt(route, 'match', 'paths')
          .map(String)
          .some((uri) => (uri.endsWith('*') ? path.startsWith(uri.slice(0, -1)) : path === uri));
        const isMet = listAt(route, 'match', 'exprs').every(
          (expr) =>
            textAt(expr, 'op') === 'Equal' &&
            headers[textAt(expr, 'subject', 'name')?.toLowerCase() ?? ''] === textAt(expr, 'value'),
        );
        return isHost && isPath && isMet && (integerAt(route, 'priority') ?? 0) > 0;
      })
      .map((route) => ({
        namespace: namespaceOf(object),
        service: textAt(at(route, 'backends', 0), 'serviceName') ?? '',
      })),
  );
  return found[0];
}

/** Any endpoint of the first of the Services that has one; none of these gateways tries another Service after a pod has failed. */
function byEndpoints(cluster: Cluster, ways: readonly Pick<Way, 'namespace' | 'service'>[]): Answer {
  const groups = ways.map(({ namespace, service }) => cluster.endpoints(namespace, service) ?? []);
  const group = groups.find((endpoints) => endpoints.length > 0) ?? [];
  return tried([group.map(({ pod }) => pod)], cluster.gone);
}
