import type { ObjectRef } from '../../model/diagnostic.ts';
import type { FrontObject } from '../inventory.ts';

/** A path as Envoy compares it: `prefix` by whole segments, `regex` the whole path. */
export interface FrontPath {
  readonly operator: 'exact' | 'prefix' | 'regex';
  readonly value: string;
}

/** A header or query parameter that a match asks for. */
export interface FrontValue {
  readonly name: string;
  readonly operator: 'exact' | 'regex';
  readonly value: string;
}

/** A Service that an Ingress or HTTPRoute leads to. */
export interface FrontBackend {
  /** `namespace/name`. */
  readonly service: string;
  /** Number or name of the Service's port; undefined: its only one. */
  readonly port: number | string | undefined;
  readonly weight: number;
}

/** One way from outside to Services. */
export interface Front {
  readonly object: ObjectRef;
  /** Field path of the rule. */
  readonly where: string;
  /** In lower case; empty: every host. `*.` stands for one label in an Ingress, for one or more in an HTTPRoute. */
  readonly host: string;
  readonly path: FrontPath;
  readonly method: string | undefined;
  readonly headers: readonly FrontValue[];
  readonly query: readonly FrontValue[];
  /** At least one. */
  readonly backends: readonly FrontBackend[];
}

/** The object of a front in diagnostics. */
export function refOf({ kind, metadata }: FrontObject): ObjectRef {
  return { kind, namespace: metadata.namespace, name: metadata.name };
}

/** Orders fronts so that the first whose match holds is the most specific one, as the Gateway API and Ingress define it. */
export function bySpecificity(a: Front, b: Front): number {
  return (
    rank(a) - rank(b) ||
    b.path.value.length - a.path.value.length ||
    Number(a.path.operator === 'regex') - Number(b.path.operator === 'regex') ||
    Number(b.method !== undefined) - Number(a.method !== undefined) ||
    b.headers.length - a.headers.length ||
    b.query.length - a.query.length
  );
}

function rank({ path }: Front): number {
  return path.operator === 'exact' ? 0 : 1;
}

const HOST = /^(\*\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** True for a host name in lower case that Envoy takes as a domain. */
export function isHost(host: string): boolean {
  return HOST.test(host);
}

/** The path, or undefined when Envoy would not take it; `isRegex` says which patterns it takes. */
export function pathOf(
  operator: FrontPath['operator'],
  value: string,
  isRegex: (pattern: string) => boolean,
): FrontPath | undefined {
  if (operator === 'regex') return isRegex(value) ? { operator, value } : undefined;
  if (!/^\/[^?#\p{Cc}]*$/u.test(value)) return undefined;
  // `/a` and `/a/` are the same prefix.
  return operator === 'exact' ? { operator, value } : { operator, value: value.replace(/\/+$/, '') };
}
