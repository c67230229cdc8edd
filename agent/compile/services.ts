import type { Rollout } from '../model/rollout.ts';
import type { Workload } from '../model/workload.ts';
import { podsOf } from './gray-pods.ts';
import type { Inventory } from './inventory.ts';

/**
 * Names of the Services through which a Rollout's pods are called: the one in trafficRoutings, else those that select its
 * pods. Services that Kruise made for the release do not count. Where the snapshot shows neither the workload nor a pod of
 * it, the Service is taken to have the name of the workload.
 */
export function servicesOf(rollout: Rollout, workload: Workload | undefined, inventory: Inventory): readonly string[] {
  if (rollout.trafficTarget?.service !== undefined) return [rollout.trafficTarget.service];
  const labels = workload?.templateLabels ?? podsOf(rollout, undefined, inventory)[0]?.metadata.labels;
  if (labels === undefined) return rollout.workload === undefined ? [] : [rollout.workload.name];
  return inventory.services
    .selecting(rollout.metadata.namespace, labels)
    .filter(({ metadata }) => !metadata.madeByKruise)
    .map(({ metadata }) => metadata.name);
}
