import type { ScopeEntry } from '../model/plugin-config.ts';
import type { Inventory, OwnedPath } from './inventory.ts';

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
  const within = scope.flatMap(({ hosts = [...ingressPaths.keys()], paths = [] }) =>
    hosts.flatMap((host) =>
      (ingressPaths.get(host) ?? [])
        .filter(
          (path) =>
            isForeign(path) && paths.some(({ operator, value }) => operator === 'prefix' && isBelow(path.path, value)),
        )
        .map(({ path }) => `${host || '*'}${path}`),
    ),
  );
  return [...new Set(within)].sort();
}

/** True for `/a/b` below `/a`, not for `/a` itself nor for `/ab`. */
function isBelow(path: string, prefix: string): boolean {
  return path !== prefix && `${path}/`.startsWith(prefix.replace(/\/*$/, '/'));
}
