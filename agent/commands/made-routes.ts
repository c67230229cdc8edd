import type { ApiServer } from '../kubernetes/api-server.ts';
import { apiFailure } from '../kubernetes/failure.ts';
import { resourceName, type Versions } from '../kubernetes/resource.ts';
import { ServedVersions } from '../kubernetes/served.ts';
import { MANAGED_BY } from '../model/own.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import { currentList } from '../sources/current-list.ts';
import { objectKey } from '../targets/ownership.ts';
import type { RouteFormat } from '../targets/routes/formats.ts';
import { type Batch, planOf } from '../targets/routes/plan.ts';

/**
 * All that graylane has made in these formats, in the order in which it is to go: routes before what they lead to. Kinds that
 * the cluster does not serve are left out. Rejects with a GraylaneError.
 *
 * @param namespaces undefined: all
 */
export async function madeRoutes(
  api: ApiServer,
  formats: readonly RouteFormat[],
  namespaces: readonly string[] | undefined,
): Promise<readonly Batch[]> {
  const served = new ServedVersions(api);
  const kinds = [...new Set(formats.flatMap(({ writes }) => writes))];
  const lists = await Promise.all(kinds.map((versions) => ownOf(api, served, versions, namespaces)));
  const live = lists.flat();
  return planOf([], live, new Set(live.map(objectKey))).remove;
}

async function ownOf(
  api: ApiServer,
  served: ServedVersions,
  versions: Versions,
  namespaces: readonly string[] | undefined,
): Promise<readonly KubernetesObject[]> {
  try {
    const resource = await served.best(versions);
    if (resource === undefined) return [];
    const lists = (namespaces ?? [undefined]).map((namespace) =>
      currentList(api, resource, { namespace, labelSelector }),
    );
    return (await Promise.all(lists)).flat();
  } catch (error) {
    throw apiFailure(error, `list ${resourceName(versions[0])}`);
  }
}

const labelSelector = Object.entries(MANAGED_BY)
  .map(([name, value]) => `${name}=${value}`)
  .join();
