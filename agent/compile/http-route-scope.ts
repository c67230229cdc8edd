import type { HttpRoute } from '../model/http-route.ts';
import type { PathMatch, ScopeEntry } from '../model/plugin-config.ts';
import { quoted } from '../model/quote.ts';
import type { Problem } from '../model/reasons.ts';
import { isHost, isScopePath } from './scope-text.ts';

const OPERATORS: ReadonlyMap<string, PathMatch['operator']> = new Map([
  ['Exact', 'exact'],
  ['PathPrefix', 'prefix'],
  ['RegularExpression', 'regex'],
]);

/** The hosts of an HTTPRoute together with those of its paths that lead to one of the Services. */
export function httpRouteScope(
  route: HttpRoute,
  services: readonly string[],
  report: (problem: Problem) => void,
): readonly ScopeEntry[] {
  const paths = route.paths
    .filter((path) => path.services.some((service) => services.includes(service)))
    .flatMap(({ type, value, narrowed, where }): readonly PathMatch[] => {
      const operator = OPERATORS.get(type);
      const match = operator === undefined ? undefined : { operator, value };
      if (narrowed) {
        report({ path: where, reason: 'InvalidScope', what: 'A scope has no headers, query parameters or method' });
      } else if (match === undefined || !isScopePath(match)) {
        report({ path: `${where}.path`, reason: 'InvalidScope', what: `${type} ${quoted(value)} is no path` });
      } else {
        return [match];
      }
      return [];
    });
  const hosts = route.hostnames
    .map((host) => host.toLowerCase())
    .filter((host, index) => {
      if (isHost(host)) return true;
      const what = `${quoted(host)} is no host name`;
      report({ path: `spec.hostnames[${index}]`, reason: 'InvalidScope', what });
      return false;
    });
  // When every host name is wrong, having none left must not come to mean all hosts.
  if (paths.length === 0 || (hosts.length === 0 && route.hostnames.length > 0)) return [];
  // In the Gateway API a wildcard stands for one or more labels, in an Ingress for exactly one.
  const patterns = hosts.map((host) => host.replace(/^\*\./, '**.'));
  return [hosts.length === 0 ? { paths } : { hosts: patterns, paths }];
}
