import { listAt, textAt } from './json.ts';
import type { Metadata } from './metadata.ts';

/** One path of an Ingress and the Service it leads to. */
export interface IngressPath {
  /** Undefined: every host. */
  readonly host: string | undefined;
  readonly path: string;
  readonly pathType: string;
  readonly service: string | undefined;
  /** Field paths of host and path. */
  readonly hostAt: string;
  readonly pathAt: string;
}

export interface Ingress {
  readonly metadata: Metadata;
  readonly paths: readonly IngressPath[];
  /** True when another Ingress is the real one and this only diverts part of its requests. */
  readonly canary: boolean;
  /** True when paths of type ImplementationSpecific are regular expressions. */
  readonly regexPaths: boolean;
}

/** Reads an Ingress; a default backend has no paths and is not in the result. */
export function decodeIngress(object: unknown, metadata: Metadata): Ingress {
  const flag = (name: string): boolean =>
    ['nginx.ingress.kubernetes.io', 'higress.io'].some(
      (prefix) => metadata.annotations[`${prefix}/${name}`] === 'true',
    );
  return {
    metadata,
    paths: listAt(object, 'spec', 'rules').flatMap((rule, index) => decodeRule(rule, `spec.rules[${index}]`)),
    canary: flag('canary'),
    regexPaths: flag('use-regex'),
  };
}

function decodeRule(rule: unknown, where: string): readonly IngressPath[] {
  return listAt(rule, 'http', 'paths').map((path, index) => ({
    host: textAt(rule, 'host') || undefined,
    path: textAt(path, 'path') || '/',
    pathType: textAt(path, 'pathType') ?? 'ImplementationSpecific',
    service: textAt(path, 'backend', 'service', 'name'),
    hostAt: `${where}.host`,
    pathAt: `${where}.http.paths[${index}]`,
  }));
}
