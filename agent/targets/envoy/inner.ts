import { serviceHosts } from '../../model/service.ts';
import type { Backend, ServicePort } from '../inventory.ts';
import type { JsonObject } from './discovery.ts';
import type { Report } from './reasons.ts';
import { portOf, routeConfiguration, routesTo } from './routes.ts';
import type { Upstream } from './topology.ts';

/** Name of the routes for calls between services. */
export const INNER_ROUTES = 'graylane-inner';

/** The routes for calls between services: to each port of each Service by the names that it has in a cluster. */
export function innerRoutes(upstreams: ReadonlyMap<string, Upstream>, report: Report): JsonObject {
  const all = [...upstreams.values()];
  const shared = sharedNames(all);
  for (const { backend, gray } of all) {
    const { name, namespace } = backend.metadata;
    if (!shared.has(name) || gray.length === 0) continue;
    report({ kind: 'Service', namespace, name }, '', 'SameServiceName', `There is more than one Service ${name}`);
  }
  const hosts = all.flatMap((upstream) => {
    const { backend } = upstream;
    return backend.ports.map((port) => ({
      name: `${backend.metadata.namespace}/${backend.metadata.name}:${port.number}`,
      domains: domainsOf(backend, port, shared),
      routes: routesTo([{ upstream, port, weight: 1 }], { prefix: '/' }),
    }));
  });
  return routeConfiguration(INNER_ROUTES, hosts);
}

/** Names that Services of several namespaces have; Envoy takes each domain once only. */
function sharedNames(all: readonly Upstream[]): ReadonlySet<string> {
  const names = all.map(({ backend }) => backend.metadata.name);
  const seen = new Set<string>();
  return new Set(
    names.filter((name) => {
      const isShared = seen.has(name);
      seen.add(name);
      return isShared;
    }),
  );
}

/** A name without a port, or with a port that the Service does not have, means the port for HTTP. */
function domainsOf(backend: Backend, port: ServicePort, shared: ReadonlySet<string>): readonly string[] {
  const { name, namespace } = backend.metadata;
  const names = [...(shared.has(name) ? [] : [name]), ...serviceHosts(namespace, name).toReversed()];
  const isDefault = portOf(backend) === port;
  return names.flatMap((domain) => (isDefault ? [domain, `${domain}:*`] : [`${domain}:${port.number}`]));
}
