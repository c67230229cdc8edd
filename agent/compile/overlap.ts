import type { ScopeEntry } from '../model/plugin-config.ts';
import type { Inventory } from './inventory.ts';
import { hostOf, type OwnedPath } from './path-index.ts';

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
  { ingressPaths }: Inventory,
): readonly string[] {
  const isForeign = ({ namespace: other, service = '' }: OwnedPath): boolean =>
    other !== namespace || !services.includes(service);
  const within = scope.flatMap(({ hosts = [undefined], paths = [] }) =>
    paths
      .filter(({ operator }) => operator === 'prefix')
      .flatMap(({ value }) => hosts.flatMap((host) => ingressPaths.below(host, value))),
  );
  return [...new Set(within.filter(isForeign).map((path) => `${hostOf(path) || '*'}${path.path}`))].sort();
}
