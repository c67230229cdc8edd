import { decodeIngress } from '../../model/ingress.ts';
import { at, integerAt, textAt } from '../../model/json.ts';
import { quoted } from '../../model/quote.ts';
import type { FrontObject } from '../inventory.ts';
import { type Front, type FrontBackend, type FrontPath, isHost, pathOf, refOf } from './front.ts';
import type { Report } from './reasons.ts';

/** What leads to Services in an Ingress. One that only diverts requests for a release has nothing: the tag does that. */
export function ingressFronts(
  front: FrontObject,
  isRegex: (pattern: string) => boolean,
  report: Report,
): readonly Front[] {
  const { object, metadata } = front;
  const ingress = decodeIngress(object, metadata);
  if (ingress.canary || metadata.madeByKruise) return [];
  const ref = refOf(front);
  const base = { object: ref, method: undefined, headers: [], query: [] };
  const fronts = ingress.paths.flatMap((path): readonly Front[] => {
    const backend = backendAt(object, metadata.namespace, ...stepsOf(path.pathAt), 'backend');
    const host = path.host?.toLowerCase() ?? '';
    const operator = operatorOf(path.pathType, ingress.regexPaths);
    // Like Higress, a pattern has to match the beginning of the path.
    const value = operator === 'regex' ? `${path.path}.*` : path.path;
    const match = operator && pathOf(operator, value, isRegex);
    if (host !== '' && !isHost(host)) {
      report(ref, path.hostAt, 'PathNotRouted', `${quoted(host)} is no host name`);
    } else if (match === undefined) {
      report(ref, path.pathAt, 'PathNotRouted', `${path.pathType} ${quoted(path.path)} is no path`);
    } else if (backend !== undefined) {
      return [{ ...base, where: path.pathAt, host, path: match, backends: [backend] }];
    }
    return [];
  });
  const fallback = backendAt(object, metadata.namespace, 'spec', 'defaultBackend');
  if (fallback === undefined) return fronts;
  const everything = { operator: 'prefix' as const, value: '' };
  return [...fronts, { ...base, where: 'spec.defaultBackend', host: '', path: everything, backends: [fallback] }];
}

function operatorOf(pathType: string, regexPaths: boolean): FrontPath['operator'] | undefined {
  if (pathType === 'Exact') return 'exact';
  if (pathType === 'Prefix') return 'prefix';
  if (pathType === 'ImplementationSpecific') return regexPaths ? 'regex' : 'prefix';
  return undefined;
}

/** `spec.rules[0].http.paths[1]` as steps. */
function stepsOf(path: string): readonly (string | number)[] {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  return steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function backendAt(
  object: unknown,
  namespace: string,
  ...path: readonly (string | number)[]
): FrontBackend | undefined {
  const service = at(object, ...path, 'service');
  const name = textAt(service, 'name');
  if (name === undefined) return undefined;
  const port = integerAt(service, 'port', 'number') ?? textAt(service, 'port', 'name');
  return { service: `${namespace}/${name}`, port, weight: 1 };
}
