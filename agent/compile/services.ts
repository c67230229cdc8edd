import type { Rollout } from '../model/rollout.ts';
import { selects } from '../model/service.ts';
import type { Workload } from '../model/workload.ts';
import { has, podLabels } from './gray-pods.ts';
import type { Inventory } from './inventory.ts';

/**
 * Names of the Services through which a Rollout's pods are called: the one in trafficRoutings, else those that select its
 * pods. Services that Kruise made for the release do not count.
 */
export function servicesOf(rollout: Rollout, workload: Workload | undefined, inventory: Inventory): readonly string[] {
  if (rollout.trafficTarget?.service !== undefined) return [rollout.trafficTarget.service];
  const { namespace } = rollout.metadata;
  const labels = workload?.templateLabels ?? labelsOfPods(rollout, inventory);
  return inventory.services
    .filter(
      ({ metadata, selector }) =>
        metadata.namespace === namespace && !metadata.madeByKruise && selects(selector, labels),
    )
    .map(({ metadata }) => metadata.name);
}

/** The labels of any pod of the Rollout: without the workload they say as well which Services select its pods. */
function labelsOfPods(rollout: Rollout, inventory: Inventory): Readonly<Record<string, string>> {
  const { gray, stable } = podLabels(rollout, undefined);
  const pod = inventory.pods.find(
    (found) => found.metadata.namespace === rollout.metadata.namespace && (has(found, stable) || has(found, gray)),
  );
  return pod?.metadata.labels ?? {};
}
