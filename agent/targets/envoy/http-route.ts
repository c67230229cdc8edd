import { at, integerAt, isFields, listAt, textAt } from '../../model/json.ts';
import { quoted } from '../../model/quote.ts';
import type { FrontObject } from '../inventory.ts';
import { type Front, type FrontBackend, type FrontPath, type FrontValue, isHost, pathOf, refOf } from './front.ts';
import type { Report } from './reasons.ts';

const PATH_OPERATORS: ReadonlyMap<string, FrontPath['operator']> = new Map([
  ['Exact', 'exact'],
  ['PathPrefix', 'prefix'],
  ['RegularExpression', 'regex'],
]);

type Conditions = Pick<Front, 'path' | 'method' | 'headers' | 'query'>;

/** What leads to Services in an HTTPRoute. */
export function httpRouteFronts(
  front: FrontObject,
  isRegex: (pattern: string) => boolean,
  report: Report,
): readonly Front[] {
  const { object, metadata } = front;
  const ref = refOf(front);
  const hosts = hostsOf(front, report);
  return listAt(object, 'spec', 'rules').flatMap((rule, index) => {
    const where = `spec.rules[${index}]`;
    if (listAt(rule, 'filters').length > 0) {
      report(ref, `${where}.filters`, 'FilterIgnored', 'The filters of the rule are not in force');
    }
    const backends = listAt(rule, 'backendRefs').flatMap((backend) => backendOf(backend, metadata.namespace));
    if (backends.length === 0) return [];
    const matches = listAt(rule, 'matches');
    return (matches.length === 0 ? [{}] : matches).flatMap((match, number) => {
      const here = matches.length === 0 ? where : `${where}.matches[${number}]`;
      const conditions = conditionsOf(match, isRegex);
      if (conditions === undefined) {
        report(ref, here, 'PathNotRouted', 'The match is not understood');
        return [];
      }
      return hosts.map((host) => ({ object: ref, where: here, host, ...conditions, backends }));
    });
  });
}

/** Empty text: every host. When every name is wrong, having none left must not come to mean all hosts. */
function hostsOf(front: FrontObject, report: Report): readonly string[] {
  const given = listAt(front.object, 'spec', 'hostnames');
  if (given.length === 0) return [''];
  return given.flatMap((name, index) => {
    const host = typeof name === 'string' ? name.toLowerCase() : '';
    if (isHost(host)) return [host];
    report(refOf(front), `spec.hostnames[${index}]`, 'PathNotRouted', `${quoted(String(name))} is no host name`);
    return [];
  });
}

function conditionsOf(match: unknown, isRegex: (pattern: string) => boolean): Conditions | undefined {
  if (!isFields(match)) return undefined;
  const operator = PATH_OPERATORS.get(textAt(match, 'path', 'type') ?? 'PathPrefix');
  const path = operator && pathOf(operator, textAt(match, 'path', 'value') ?? '/', isRegex);
  const headers = valuesAt(match, 'headers', isRegex);
  const query = valuesAt(match, 'queryParams', isRegex);
  const method = textAt(match, 'method');
  if (path === undefined || headers === undefined || query === undefined) return undefined;
  if (at(match, 'method') !== undefined && method === undefined) return undefined;
  return { path, headers, query, method };
}

/** Undefined as soon as one of them is not understood: a match must not become wider than it was meant. */
function valuesAt(
  match: unknown,
  field: string,
  isRegex: (pattern: string) => boolean,
): readonly FrontValue[] | undefined {
  const values = listAt(match, field).map((given): FrontValue | undefined => {
    const type = textAt(given, 'type') ?? 'Exact';
    const name = textAt(given, 'name') ?? '';
    const value = textAt(given, 'value');
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || value === undefined) return undefined;
    if (type === 'Exact') return { name, operator: 'exact', value };
    return type === 'RegularExpression' && isRegex(value) ? { name, operator: 'regex', value } : undefined;
  });
  const understood = values.filter((value) => value !== undefined);
  return understood.length === values.length ? understood : undefined;
}

/** Nothing for a backend that is no Service, is in another namespace, or has the weight 0. */
function backendOf(backend: unknown, namespace: string): readonly FrontBackend[] {
  const name = textAt(backend, 'name');
  const weight = integerAt(backend, 'weight') ?? 1;
  const isService = (textAt(backend, 'kind') ?? 'Service') === 'Service' && (textAt(backend, 'group') ?? '') === '';
  const isHere = (textAt(backend, 'namespace') ?? namespace) === namespace;
  if (name === undefined || !isService || !isHere || weight < 1) return [];
  return [{ service: `${namespace}/${name}`, port: integerAt(backend, 'port'), weight }];
}
