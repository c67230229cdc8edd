import { at, canonical, listAt, textAt, textsAt } from '../../model/json.ts';
import type { FrontObject } from '../inventory.ts';

/** What a request of a lane carries. */
export interface Tag {
  readonly header: string;
  readonly value: string;
}

/** A path of an Ingress, as it stands there. */
export interface BasePath {
  /** As it stands there; undefined: every host. */
  readonly host: string | undefined;
  readonly path: string | undefined;
  readonly pathType: string | undefined;
  readonly service: string;
  /** The field `port` of the backend: a number or a name. */
  readonly port: unknown;
  /** Field path. */
  readonly where: string;
}

/** The paths of an Ingress that lead to a Service. */
export function basePaths(ingress: unknown): readonly BasePath[] {
  return listAt(ingress, 'spec', 'rules').flatMap((rule, ruleIndex) =>
    listAt(rule, 'http', 'paths').flatMap((path, pathIndex): readonly BasePath[] => {
      const service = textAt(path, 'backend', 'service', 'name');
      if (service === undefined) return [];
      return [
        {
          host: textAt(rule, 'host') || undefined,
          path: textAt(path, 'path'),
          pathType: textAt(path, 'pathType'),
          service,
          port: at(path, 'backend', 'service', 'port'),
          where: `spec.rules[${ruleIndex}].http.paths[${pathIndex}]`,
        },
      ];
    }),
  );
}

/** One text for paths that a gateway takes as the same. Hosts are compared without case, prefixes by whole segments. */
function pathKey({ host, path, pathType }: BasePath): string {
  const given = path || '/';
  const value = pathType === 'Exact' ? given : given.replace(/\/+$/, '') || '/';
  return JSON.stringify([host?.toLowerCase() ?? '', value, pathType === 'Exact']);
}

/** A path whose requests with a tag go to another Service. */
export interface Diversion {
  readonly path: BasePath;
  /** Name of the Service of the gray pods. */
  readonly service: string;
}

/** The rules of a canary Ingress; paths of one host that follow each other stay together. */
export function rulesOf(diversions: readonly Diversion[]): readonly object[] {
  const rules: { host: string | undefined; paths: object[] }[] = [];
  for (const { path: base, service } of diversions) {
    const { host, path, pathType, port } = base;
    const made = {
      ...(path !== undefined && { path }),
      ...(pathType !== undefined && { pathType }),
      backend: { service: { name: service, port } },
    };
    const last = rules.at(-1);
    if (last !== undefined && last.host === host) last.paths.push(made);
    else rules.push({ host, paths: [made] });
  }
  return rules.map(({ host, paths }) => ({ ...(host !== undefined && { host }), http: { paths } }));
}

/** What other Ingresses of the same class say about a path. */
export interface Neighbours {
  /** `namespace/name` of an Ingress that leads the path to something else. */
  readonly rival: (path: BasePath, namespace: string, className: string) => string | undefined;
  /** `namespace/name` of a canary Ingress for the path that graylane did not make. */
  readonly canary: (path: BasePath, className: string) => string | undefined;
}

/**
 * Takes down who leads where. Conditions that an Ingress has besides are not looked at:
 * which of two conditions a gateway tries first is not stated.
 */
export function neighboursFrom(fronts: readonly FrontObject[], classOf: (ingress: unknown) => string): Neighbours {
  const backends = new Map<string, Map<string, string>>();
  const canaries = new Map<string, string>();
  const keyOf = (path: BasePath, className: string): string => `${className} ${pathKey(path)}`;
  for (const { kind, object, metadata } of fronts) {
    if (kind !== 'Ingress') continue;
    const name = `${metadata.namespace}/${metadata.name}`;
    for (const path of basePaths(object)) {
      const key = keyOf(path, classOf(object));
      const known = backends.get(key) ?? new Map<string, string>();
      if (isCanary(object)) canaries.set(key, canaries.get(key) ?? name);
      else backends.set(key, known.set(backendKey(path, metadata.namespace), name));
    }
  }
  return {
    rival: (path, namespace, className) => {
      const own = backendKey(path, namespace);
      return [...(backends.get(keyOf(path, className)) ?? [])].find(([backend]) => backend !== own)?.[1];
    },
    canary: (path, className) => canaries.get(keyOf(path, className)),
  };
}

function backendKey({ service, port }: BasePath, namespace: string): string {
  return canonical([namespace, service, at(port, 'number') ?? at(port, 'name')]);
}

/** True for an Ingress that only diverts requests of another one. Which spelling a gateway reads depends on the gateway. */
export function isCanary(ingress: unknown): boolean {
  const annotations = textsAt(ingress, 'metadata', 'annotations');
  return ['nginx.ingress.kubernetes.io', 'higress.io'].some((prefix) => annotations[`${prefix}/canary`] === 'true');
}
