import { GraylaneError } from '../errors.ts';
import type { ApiServer } from '../kubernetes/api-server.ts';
import { apiFailure } from '../kubernetes/failure.ts';
import { READ_RESOURCES, ROLLOUT, resourceName } from '../kubernetes/resource.ts';
import { ServedVersions } from '../kubernetes/served.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import { currentList } from './current-list.ts';

/** What a cluster has at one moment. */
export interface ClusterReading {
  readonly objects: readonly KubernetesObject[];
  /** One for each kind that cannot be read, most often since this user may not; what follows from its objects is not known. */
  readonly failures: readonly GraylaneError[];
}

/**
 * Reads once all that the compiler looks at. Kinds that the cluster does not serve are left out. Rejects with a
 * GraylaneError when there are no Rollouts to be read; what else cannot be read is told.
 *
 * @param namespaces undefined: all
 */
export async function readCluster(api: ApiServer, namespaces: readonly string[] | undefined): Promise<ClusterReading> {
  const places = namespaces ?? [undefined];
  const served = new ServedVersions(api);
  const readings = READ_RESOURCES.map(async (versions) => {
    try {
      const resource = await served.best(versions);
      if (resource === undefined) {
        if (versions === ROLLOUT) throw withoutRollouts();
        return [];
      }
      return (await Promise.all(places.map((namespace) => currentList(api, resource, { namespace })))).flat();
    } catch (error) {
      const [best] = versions;
      const failure = apiFailure(error, `list ${resourceName(best)}`);
      if (versions === ROLLOUT || !(failure instanceof GraylaneError)) throw failure;
      return failure;
    }
  });
  const kinds = await Promise.all(readings);
  return {
    objects: kinds.flatMap((kind) => (kind instanceof GraylaneError ? [] : kind)),
    failures: kinds.filter((kind) => kind instanceof GraylaneError),
  };
}

/** The error for a cluster without Kruise Rollouts. */
export function withoutRollouts(): GraylaneError {
  const what = `The cluster does not serve ${resourceName(ROLLOUT[0])}: Kruise Rollouts is not installed`;
  return new GraylaneError('ApiGroupMissing', what);
}
