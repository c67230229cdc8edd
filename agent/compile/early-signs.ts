import type { InForce } from '../model/compiled.ts';
import { keyOf } from '../model/metadata.ts';
import type { Rollout } from '../model/rollout.ts';
import { templateOf, type Workload } from '../model/workload.ts';
import { contentHash } from './hash.ts';
import type { Inventory } from './inventory.ts';

const NO_PATCH = { labels: {}, annotations: {} };

/**
 * True when the workload has another template by now: its gray pods are about to go although the status does not say so yet. Without
 * trafficRoutings Kruise deletes the pods of a superseded release within 100 ms and tells in the status 3 s later.
 */
export function isSuperseded(
  rollout: Rollout,
  workload: Workload | undefined,
  inventory: Inventory,
  remembered: InForce | undefined,
): boolean {
  const seen = rollout.status.release?.observedWorkloadGeneration;
  const generation = workload?.metadata.generation;
  if (workload === undefined || generation === undefined || seen === undefined || generation <= seen) return false;
  return !isUnchanged(rollout, workload, inventory, remembered);
}

/**
 * True while the BatchRelease is being deleted, and then until the status knows a newer workload: each kind is read by a watch of
 * its own, so the BatchRelease may be gone for some time before what follows from that is seen, and a rule must not come back in
 * between. Kruise changes the workload when it begins anew.
 */
export function isEnding(rollout: Rollout, inventory: Inventory, remembered: InForce | undefined): boolean {
  if (remembered?.ending === knownGeneration(rollout)) return true;
  return inventory.batchReleases.get(keyOf(rollout.metadata)).some(({ metadata }) => metadata.deleting);
}

/** The generation of the workload that the status of a Rollout knows. */
export function knownGeneration({ status: { release } }: Rollout): number {
  return release?.observedWorkloadGeneration ?? 0;
}

/** A newer generation may just be another number of replicas: true when the template is the one that the gray pods have. */
function isUnchanged(
  rollout: Rollout,
  workload: Workload,
  inventory: Inventory,
  remembered: InForce | undefined,
): boolean {
  const all = inventory.canaries.get(keyOf(workload.metadata));
  const canaries = all.filter(({ metadata }) => !metadata.deleting);
  if (canaries.length === 0) return remembered?.template === templateHash(workload);
  const wanted = templateOf(workload, rollout.grayPatch);
  return canaries.some((canary) => templateOf(canary, NO_PATCH) === wanted);
}

/** What is remembered of a template. */
export function templateHash(workload: Workload): string {
  return contentHash([templateOf(workload, NO_PATCH)]);
}
