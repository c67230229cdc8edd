import type { Cluster } from '../../test/cluster/cluster.ts';
import type { ClusterSize } from '../compile/cluster.ts';
import { startGround } from '../path/ground.ts';
import { fill } from './fill.ts';
import { rightsOfAgent } from './rights.ts';
import { groundOf } from './stock.ts';

/**
 * A whole API server that serves what graylane reads, with namespaces, a WasmPlugin without a configuration, and the rights of
 * the agent. It is the whole one, although it is older: most of what an agent reads are pods, Deployments, Services and
 * Ingresses, which the one for custom resources alone does not have, nor Leases, RBAC and the costs of both.
 */
export async function startLargeGround(size: ClusterSize): Promise<Cluster> {
  const cluster = await startGround('');
  try {
    await fill(cluster, [...groundOf(size), ...rightsOfAgent()]);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
