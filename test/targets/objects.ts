import type { Baseline, Compiled, Route } from '../../agent/model/compiled.ts';
import type { Rule } from '../../agent/model/plugin-config.ts';
import { serviceHosts } from '../../agent/model/service.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { type EnvoyFiles, envoyFiles } from '../../agent/targets/envoy/files.ts';

type Labels = Readonly<Record<string, string>>;

/** A Service `name` with one port, whose pods have the label app=name. */
export function service(name: string, spec: object = {}, namespace = 'default'): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  };
}

/** A ready pod of the application with that revision. */
export function pod(
  app: string,
  revision: string,
  podIP: string,
  more: { readonly ready?: boolean; readonly namespace?: string; readonly ports?: readonly object[] } = {},
): KubernetesObject {
  const { ready = true, namespace = 'default', ports = [] } = more;
  const name = `${app}-${podIP.replaceAll(':', '-')}`;
  const metadata = { name, namespace, labels: { app, 'pod-template-hash': revision } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [{ name: 'main', ports }] },
    status: { podIP, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

/** An Ingress with paths of one host. */
export function ingress(host: string | undefined, paths: readonly object[], more: object = {}): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'front', namespace: 'default', ...more },
    spec: { rules: [{ ...(host !== undefined && { host }), http: { paths } }] },
  };
}

/** A path of an Ingress. */
export function path(value: string, name: string, pathType = 'Prefix', port: object = { number: 80 }): object {
  return { path: value, pathType, backend: { service: { name, port } } };
}

/** An HTTPRoute with these rules. */
export function httpRoute(rules: readonly object[], hostnames: readonly unknown[] = []): KubernetesObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'front', namespace: 'default' },
    spec: { hostnames, rules },
  };
}

/** The same object as Kruise makes it for a release. */
export function madeByKruise(object: KubernetesObject): KubernetesObject {
  const ownerReferences = [{ apiVersion: 'rollouts.kruise.io/v1beta1', kind: 'Rollout', name: 'r' }];
  return { ...object, metadata: { ...object.metadata, ownerReferences } as KubernetesObject['metadata'] };
}

/** A live member: the tag leads to the pods of the revision `gray`, everything else to those of `stable`. */
export function route(name: string, more: Partial<Route> = {}): Route {
  return {
    ...baseline(name),
    hosts: serviceHosts('default', name),
    stableLabels: hash('stable'),
    lane: 'default/a',
    tagHeader: 'x-mse-tag',
    tagValue: 'gray',
    mode: 'fallback',
    priority: 0,
    ...more,
  };
}

/** A Service whose gray pods must not be met by chance; without `stableLabels` the others are being replaced. */
export function baseline(name: string, more: Partial<Baseline> = {}): Baseline {
  return { namespace: 'default', service: name, member: `default/${name}`, grayLabels: hash('gray'), ...more };
}

/** The label of a pod of that revision. */
export function hash(revision: string): Labels {
  return { 'pod-template-hash': revision };
}

/** A rule of the lane. */
export const rule: Rule = {
  id: 'default/a/1/0',
  lane: 'default/a',
  conditions: [{ kind: 'header', name: 'x-user-id', operator: 'exact', value: '100' }],
  headers: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
};

/** What is compiled of nothing. */
export const NOTHING: Compiled = {
  pluginConfig: { revision: 'r0', rules: [] },
  routes: [],
  baselines: [],
  entries: [],
  lanes: [],
  diagnostics: [],
  memory: [],
};

export const PLUGIN_PATH = '/out/plugin-000000000000.wasm';

/** The files, with what they cannot say. */
export function render(
  objects: readonly KubernetesObject[],
  compiled: Partial<Compiled> = {},
  pluginPath = PLUGIN_PATH,
): ReturnType<typeof envoyFiles> {
  const isRegex = (pattern: string): boolean => !pattern.includes('(?=');
  return envoyFiles({ compiled: { ...NOTHING, ...compiled }, objects, pluginPath, isRegex });
}

/** Each cluster with its endpoints: `a:1 b:2 | c:3`, where the bar is between the priorities. */
export function clusters({ clusters: { resources } }: EnvoyFiles): Readonly<Record<string, string>> {
  return Object.fromEntries(
    list(resources).map((cluster) => [
      field(cluster, 'name'),
      list(field(cluster, 'load_assignment', 'endpoints'))
        .map((group) =>
          list(field(group, 'lb_endpoints'))
            .map((entry) => field(entry, 'endpoint', 'address', 'socket_address'))
            .map((socket) => `${field(socket, 'address')}:${field(socket, 'port_value')}`)
            .join(' '),
        )
        .join(' | '),
    ]),
  );
}

/** The routes of each virtual host by its first domain: `path /a x-mse-tag=gray -> default/a:80`. */
export function routes(files: EnvoyFiles, which: 'outer' | 'inner'): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    list(field(files[which].resources[0], 'virtual_hosts')).map((host) => [
      field(host, 'domains', 0),
      list(field(host, 'routes')).map((entry) => `${match(field(entry, 'match'))} -> ${target(field(entry, 'route'))}`),
    ]),
  );
}

/** The value at the path, whatever it is. */
export function field(value: unknown, ...steps: readonly (string | number)[]): unknown {
  return steps.reduce<unknown>(
    (here, step) => (here === null || here === undefined ? here : Reflect.get(Object(here), step)),
    value,
  );
}

/** The elements of a list. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function match(given: unknown): string {
  const { headers, query_parameters: query, ...where } = Object(given);
  const [[kind, value]] = Object.entries(where) as [[string, unknown]];
  const name = { prefix: 'any', path: 'exact', path_separated_prefix: 'below', safe_regex: 'regex' }[kind] ?? kind;
  const text = typeof value === 'string' ? value : String(field(value, 'regex'));
  return [`${name} ${text}`, ...[...list(headers), ...list(query)].map(condition)].join(' ');
}

function condition(given: unknown): string {
  const exact = field(given, 'string_match', 'exact');
  const pattern = field(given, 'string_match', 'safe_regex', 'regex');
  return `${field(given, 'name')}${exact === undefined ? `~${pattern}` : `=${exact}`}`;
}

function target(action: unknown): string {
  const weighted = list(field(action, 'weighted_clusters', 'clusters'));
  if (weighted.length === 0) return String(field(action, 'cluster'));
  return weighted.map((cluster) => `${field(cluster, 'weight')}x${field(cluster, 'name')}`).join(' ');
}
