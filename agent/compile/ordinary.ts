import type { Pod } from '../model/pod.ts';
import type { Problem } from '../model/reasons.ts';
import { revisionless } from '../model/service.ts';
import { podLabels, podsOf } from './gray-pods.ts';
import type { Inventory } from './inventory.ts';
import type { Liveness } from './liveness.ts';
import { has } from './pod-index.ts';

type Report = (problem: Problem) => void;

/** Tells of a Rollout whose ordinary requests nobody but gray pods can answer: better they than nobody. */
export function reportOnlyGray(
  { rollout, workload }: Liveness,
  isOrdinary: (pod: Pod) => boolean,
  inventory: Inventory,
  report: Report,
): void {
  const { gray } = podLabels(rollout, workload);
  const ready = podsOf(rollout, workload, inventory).filter((pod) => pod.ready);
  if (!ready.some((pod) => has(pod, gray)) || ready.some(isOrdinary)) return;
  report({ path: '', reason: 'OnlyGrayReady', what: 'No pod is ready but gray ones' });
}

/** Tells of pods of other workloads behind the Services of a Rollout: who routes by revision leaves them out. */
export function reportForeign(
  { rollout, workload }: Liveness,
  services: readonly string[],
  inventory: Inventory,
  report: Report,
): void {
  // A selector may be made of expressions alone, which nobody looks at here.
  if (workload === undefined || Object.keys(workload.selector).length === 0) return;
  const { namespace } = rollout.metadata;
  const { gray } = podLabels(rollout, workload);
  const isForeign = (pod: Pod): boolean => pod.ready && !has(pod, workload.selector) && !has(pod, gray);
  for (const { metadata, selector } of inventory.services.selecting(namespace, workload.templateLabels)) {
    if (!services.includes(metadata.name)) continue;
    if (!inventory.pods.having(namespace, Object.fromEntries(revisionless(selector))).some(isForeign)) continue;
    const what = `The Service ${metadata.name} selects pods of another workload too`;
    report({ path: '', reason: 'ForeignPods', what });
  }
}
