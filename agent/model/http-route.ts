import { at, isFields, listAt, textAt } from './json.ts';
import type { Metadata } from './metadata.ts';

/** One match of a rule of an HTTPRoute and the Services it leads to. */
interface HttpRoutePath {
  readonly type: string;
  readonly value: string;
  /** True when the match also asks for headers, query parameters or a method. */
  readonly narrowed: boolean;
  readonly services: readonly string[];
  /** Field path of the match, or of the rule that has none. */
  readonly where: string;
}

export interface HttpRoute {
  readonly metadata: Metadata;
  /** Empty: every host. */
  readonly hostnames: readonly string[];
  readonly paths: readonly HttpRoutePath[];
}

/** Reads an HTTPRoute of the Gateway API. */
export function decodeHttpRoute(object: unknown, metadata: Metadata): HttpRoute {
  return {
    metadata,
    hostnames: listAt(object, 'spec', 'hostnames').filter((host) => typeof host === 'string'),
    paths: listAt(object, 'spec', 'rules').flatMap((rule, index) => decodeRule(rule, metadata, `spec.rules[${index}]`)),
  };
}

function decodeRule(rule: unknown, metadata: Metadata, where: string): readonly HttpRoutePath[] {
  const services = listAt(rule, 'backendRefs')
    .filter((ref) => (textAt(ref, 'kind') ?? 'Service') === 'Service')
    .filter((ref) => (textAt(ref, 'namespace') ?? metadata.namespace) === metadata.namespace)
    .flatMap((ref) => textAt(ref, 'name') ?? []);
  const matches = listAt(rule, 'matches');
  if (matches.length === 0) return [{ type: 'PathPrefix', value: '/', narrowed: false, services, where }];
  return matches.filter(isFields).map((match, index) => ({
    type: textAt(match, 'path', 'type') ?? 'PathPrefix',
    value: textAt(match, 'path', 'value') ?? '/',
    narrowed:
      listAt(match, 'headers').length + listAt(match, 'queryParams').length > 0 || at(match, 'method') !== undefined,
    services,
    where: `${where}.matches[${index}]`,
  }));
}
