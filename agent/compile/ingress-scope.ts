import type { Ingress, IngressPath } from '../model/ingress.ts';
import type { PathMatch, ScopeEntry } from '../model/plugin-config.ts';
import { quoted } from '../model/quote.ts';
import type { Problem } from '../model/reasons.ts';
import { isHost, isScopePath } from './scope-text.ts';

/** The host and path pairs of an Ingress that lead to one of the Services. */
export function ingressScope(
  ingress: Ingress,
  services: readonly string[],
  report: (problem: Problem) => void,
): readonly ScopeEntry[] {
  const hosts = new Map<string, PathMatch[]>();
  for (const path of ingress.paths) {
    if (path.service === undefined || !services.includes(path.service)) continue;
    const host = path.host?.toLowerCase() ?? '';
    if (host !== '' && !isHost(host)) {
      report({ path: path.hostAt, reason: 'InvalidScope', what: `${quoted(host)} is no host name` });
      continue;
    }
    const match = pathMatch(path, ingress.regexPaths, report);
    if (match !== undefined) hosts.set(host, [...(hosts.get(host) ?? []), match]);
  }
  return [...hosts].map(([host, paths]) => (host === '' ? { paths } : { hosts: [host], paths }));
}

/**
 * ImplementationSpecific means what Higress makes of it: a prefix by whole segments, or with the annotation `use-regex` an
 * expression that the beginning of the path must match.
 */
function pathMatch(
  { path, pathType, pathAt }: IngressPath,
  regexPaths: boolean,
  report: (problem: Problem) => void,
): PathMatch | undefined {
  if (pathType !== 'Exact' && pathType !== 'Prefix' && pathType !== 'ImplementationSpecific') {
    report({ path: `${pathAt}.pathType`, reason: 'InvalidScope', what: `${quoted(pathType)} is no path type` });
    return undefined;
  }
  const regex = regexPaths && pathType === 'ImplementationSpecific';
  const match: PathMatch = regex
    ? { operator: 'regex', value: `${path}.*` }
    : { operator: pathType === 'Exact' ? 'exact' : 'prefix', value: path };
  if (isScopePath(match)) return match;
  report({ path: `${pathAt}.path`, reason: 'InvalidScope', what: `${quoted(path)} is no path` });
  return undefined;
}
