import type { Ports } from '../agent.ts';
import type { Cleanup } from '../cleanup.ts';
import { PortTaken } from '../ports.ts';
import { FollowedFiles } from './followed-files.ts';
import type { Gateway } from './gateway.ts';
import { type Behaviour, type Endpoint, type Listener, startProxy } from './proxy.ts';
import { type Clusters, clusterOf, type RouteTable } from './routes.ts';

/**
 * Starts a gateway in this process that runs the very plugin and follows the same files as an Envoy would, as far as the demo
 * needs them: no TLS, no HTTP/2, no health checks. Rejects with PortTaken.
 */
export async function startEmbedded(ports: Ports, folder: string, cleanup: Cleanup): Promise<Gateway> {
  const files = new FollowedFiles(folder);
  cleanup.add({ close: () => files.close() });
  const outer: Behaviour = {
    filter: (headers, source) => files.filter?.apply(headers, source) ?? headers,
    route: router(
      () => files.outer,
      () => files.clusters,
    ),
  };
  const inner: Behaviour = {
    filter: (headers) => headers,
    route: router(
      () => files.inner,
      () => files.clusters,
    ),
  };
  for (const [port, behaviour] of [[ports.outer, outer] as const, [ports.inner, inner] as const]) {
    const proxy = await listen(port, behaviour);
    cleanup.add({ close: () => proxy.close() });
  }
  return { name: 'the embedded gateway, which runs the same plugin', ports, died: files.failed };
}

async function listen(port: number, behaviour: Behaviour): Promise<Listener> {
  try {
    return await startProxy(port, behaviour);
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'EADDRINUSE') throw new PortTaken(error.message);
    throw error;
  }
}

/** Routes by the newest table and clusters; the endpoints of a priority take turns. */
function router(table: () => RouteTable, clusters: () => Clusters): Behaviour['route'] {
  let turn = 0;
  return (headers) => {
    const cluster = clusterOf(table(), headers);
    if (typeof cluster !== 'string') return cluster;
    turn++;
    return (
      clusters()
        .get(cluster)
        ?.flatMap((endpoints) => rotated(endpoints, turn)) ?? []
    );
  };
}

function rotated(endpoints: readonly Endpoint[], turn: number): readonly Endpoint[] {
  const begin = endpoints.length === 0 ? 0 : turn % endpoints.length;
  return [...endpoints.slice(begin), ...endpoints.slice(0, begin)];
}
