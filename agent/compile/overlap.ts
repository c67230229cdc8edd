import type { IngressPath } from '../model/ingress.ts';
import type { ScopeEntry } from '../model/plugin-config.ts';
import type { Inventory } from './inventory.ts';

/**
 * Paths within a scope that an Ingress leads to other Services, as `host/path`: requests to them are tagged too, since a
 * scope cannot leave anything out.
 *
 * @param services of the entry, in its namespace
 */
export function foreignPaths(
  scope: readonly ScopeEntry[],
  namespace: string,
  services: readonly string[],
  inventory: Inventory,
): readonly string[] {
  const foreign = inventory.ingresses
    .filter(({ metadata, canary }) => !canary && !metadata.madeByKruise)
    .flatMap(({ metadata, paths }) =>
      paths.filter(({ service = '' }) => metadata.namespace !== namespace || !services.includes(service)),
    );
  const within = foreign.filter((path) => scope.some((entry) => covers(entry, path)));
  return [...new Set(within.map(({ host = '*', path }) => `${host.toLowerCase()}${path}`))].sort();
}

/** True when the entry has a prefix below which the path is, on the same host. */
function covers({ hosts, paths = [] }: ScopeEntry, { host, path }: IngressPath): boolean {
  if (hosts !== undefined && (host === undefined || !hosts.includes(host.toLowerCase()))) return false;
  return paths.some(
    ({ operator, value }) =>
      operator === 'prefix' && path !== value && `${path}/`.startsWith(value.replace(/\/*$/, '/')),
  );
}
