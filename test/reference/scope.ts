import type { Rule, ScopeEntry } from '../../agent/model/plugin-config.ts';
import { pathMatches } from './comparison.ts';
import { bytesOf, folded, type Request } from './request.ts';
import { hostOf, pathOf } from './values.ts';

/** Whether a request is within a rule's scope: in any of its entries, or the rule has none. */
export function inScope(scope: Rule['scope'], request: Request): boolean {
  return scope === undefined || scope.some((entry) => isIn(entry, request));
}

function isIn({ hosts, paths }: ScopeEntry, { headers }: Request): boolean {
  const host = hostOf(headers);
  const path = pathOf(headers);
  return (
    (hosts === undefined || (host !== undefined && hosts.some((pattern) => hostMatches(pattern, host)))) &&
    (paths === undefined || (path !== undefined && paths.some((match) => pathMatches(match, path))))
  );
}

function hostMatches(pattern: string, host: string): boolean {
  const wanted = folded(bytesOf(pattern));
  const [, stars, suffix] = /^(\*\*?)(\..*)$/s.exec(wanted) ?? [];
  if (stars === undefined || suffix === undefined) return host === wanted;
  const labels = host.slice(0, -suffix.length).split('.');
  return host.endsWith(suffix) && !labels.includes('') && (stars === '**' || labels.length === 1);
}
