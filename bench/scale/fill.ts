import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import type { Cluster } from '../../test/cluster/cluster.ts';
import { Manifests } from '../../test/cluster/manifests.ts';

/** Requests under way at once: more only wait in the API server. */
const AT_ONCE = 24;

/** Creates objects through the API server, or brings them to what they are to be, in no order. Rejects with the first failure. */
export async function fill(cluster: Cluster, objects: Iterable<KubernetesObject>): Promise<void> {
  const manifests = new Manifests(cluster.admin);
  const rest = objects[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) {
      await manifests.put(next.value);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
