import type { Pod } from '../model/pod.ts';
import type { Problem } from '../model/reasons.ts';
import { revisionless } from '../model/service.ts';
import type { Inventory } from './inventory.ts';
import type { Liveness } from './liveness.ts';
import { has } from './pod-index.ts';

type Labels = Readonly<Record<string, string>>;
type Report = (problem: Problem) => void;

/** Tells of a Rollout among whose pods nobody but gray ones can answer ordinary requests: better they than nobody. */
export function reportOnlyGray(
  pods: readonly Pod[],
  gray: Labels,
  isOrdinary: (pod: Pod) => boolean,
  report: Report,
): void {
  const ready = pods.filter((pod) => pod.ready);
  if (!ready.some((pod) => has(pod, gray)) || ready.some(isOrdinary)) return;
  report({ path: '', reason: 'OnlyGrayReady', what: 'No pod is ready but gray ones' });
}

/** Tells of pods of other workloads behind the Services of a Rollout: who routes by revision leaves them out. */
export function reportForeign(
  { rollout, workload }: Liveness,
  gray: Labels,
  services: readonly string[],
  inventory: Inventory,
  report: Report,
): void {
  // A selector may be made of expressions alone, which nobody looks at here.
  if (workload === undefined || Object.keys(workload.selector).length === 0) return;
  const { namespace } = rollout.metadata;
  const isForeign = (pod: Pod): boolean => pod.ready && !has(pod, workload.selector) && !has(pod, gray);
  for (const { metadata, selector } of inventory.services.selecting(namespace, workload.templateLabels)) {
    if (!services.includes(metadata.name)) continue;
    if (!inventory.pods.having(namespace, Object.fromEntries(revisionless(selector))).some(isForeign)) continue;
    const what = `The Service ${metadata.name} selects pods of another workload too`;
    report({ path: '', reason: 'ForeignPods', what });
  }
}
