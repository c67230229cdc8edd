import type { Pod } from '../model/pod.ts';
import type { Rollout } from '../model/rollout.ts';
import { revisionLabel, type Workload } from '../model/workload.ts';
import type { Inventory } from './inventory.ts';
import { has } from './pod-index.ts';

type Labels = Readonly<Record<string, string>>;

/** What tells the pods of a release apart; undefined where nothing does. */
export interface PodLabels {
  readonly gray: Labels | undefined;
  readonly stable: Labels | undefined;
}

/** The labels by which the gray and the stable pods of a Rollout are known. */
export function podLabels(rollout: Rollout, workload: Workload | undefined): PodLabels {
  const label = revisionLabel(rollout.workload?.kind ?? 'Deployment');
  const { release } = rollout.status;
  const stable = release?.stableRevision ?? workload?.metadata.labels['rollouts.kruise.io/stable-revision'];
  return {
    gray:
      release?.podTemplateHash === undefined
        ? patchLabels(rollout)
        : { ...replacedLabels(rollout, workload), [label]: release.podTemplateHash },
    stable: stable === undefined ? undefined : { [label]: stable },
  };
}

function patchLabels({ grayPatch }: Rollout): Labels | undefined {
  return Object.keys(grayPatch.labels).length > 0 ? grayPatch.labels : undefined;
}

/** Labels of the workload that gray pods have with other values; a Service that asks for one of them does not select gray pods. */
function replacedLabels({ style, grayPatch }: Rollout, workload: Workload | undefined): Labels {
  const own = workload?.templateLabels ?? {};
  const isReplaced = ([name, value]: readonly [string, string]): boolean =>
    own[name] !== undefined && own[name] !== value;
  return style === 'canary' ? Object.fromEntries(Object.entries(grayPatch.labels).filter(isReplaced)) : {};
}

/** The pods of the Rollout that the snapshot has, gray or not. */
export function podsOf(rollout: Rollout, workload: Workload | undefined, { pods }: Inventory): readonly Pod[] {
  const { namespace } = rollout.metadata;
  if (workload !== undefined) return pods.having(namespace, workload.selector);
  const { gray, stable } = podLabels(rollout, workload);
  return [...pods.having(namespace, stable), ...pods.having(namespace, gray)];
}

/**
 * How many gray pods of the Rollout serve. Pods decide; where the snapshot has no pod of the workload at all, pods were not
 * read, which does not mean that they are gone: then the count in the status does.
 */
export function readyGrayPods(rollout: Rollout, workload: Workload | undefined, inventory: Inventory): number {
  const { gray } = podLabels(rollout, workload);
  const pods = podsOf(rollout, workload, inventory);
  if (pods.length === 0 || gray === undefined) return rollout.status.release?.readyReplicas ?? 0;
  return pods.filter((pod) => pod.ready && has(pod, gray)).length;
}
