import type { Baseline, Route } from '../model/compiled.ts';
import { keyOf } from '../model/metadata.ts';
import type { Problem } from '../model/reasons.ts';
import { has, podLabels } from './gray-pods.ts';
import type { Inventory } from './inventory.ts';
import type { Liveness } from './liveness.ts';
import { servicesOf } from './services.ts';
import { TAG_HEADER } from './tag.ts';

/** The routes to the gray pods of a live member, one for each of its Services. */
export function routesOf(
  { rollout, workload }: Liveness,
  lane: string,
  tagValue: string,
  inventory: Inventory,
  report: (problem: Problem) => void,
): readonly Route[] {
  const { gray, stable } = podLabels(rollout, workload);
  if (gray === undefined || stable === undefined) {
    report({ path: 'status', reason: 'PodsAlike', what: 'Its gray pods cannot be told from the stable ones' });
    return [];
  }
  const services = servicesOf(rollout, workload, inventory);
  if (services.length === 0) report({ path: '', reason: 'ServiceNotFound', what: 'No Service selects its pods' });
  return services.map((service) => ({
    namespace: rollout.metadata.namespace,
    service,
    lane,
    member: keyOf(rollout.metadata),
    tagHeader: TAG_HEADER,
    tagValue,
    stableLabels: stable,
    grayLabels: gray,
  }));
}

/** Reasons of the condition Progressing under which the stable pods still are what Kruise calls stable. */
const STILL_STABLE: ReadonlySet<string> = new Set(['InRolling', 'Paused', 'Cancelling']);

/**
 * The Services of a Rollout that has gray pods without being live. Only where the snapshot shows both gray pods and ready
 * stable ones: a wrong guess would leave a Service without any pod.
 */
export function baselinesOf({ rollout, workload }: Liveness, inventory: Inventory): readonly Baseline[] {
  const { phase, progressing, succeeded } = rollout.status;
  const isUnderWay = phase === 'Progressing' && STILL_STABLE.has(progressing ?? '');
  const isRolledBack = (phase === 'Healthy' || phase === 'Progressing') && succeeded === 'False';
  if (!isUnderWay && !isRolledBack) return [];
  const { gray, stable } = podLabels(rollout, workload);
  const { namespace } = rollout.metadata;
  const pods = inventory.pods.filter(({ metadata }) => metadata.namespace === namespace);
  if (
    stable === undefined ||
    !pods.some((pod) => has(pod, gray)) ||
    !pods.some((pod) => pod.ready && has(pod, stable))
  ) {
    return [];
  }
  return servicesOf(rollout, workload, inventory).map((service) => ({
    namespace,
    service,
    member: keyOf(rollout.metadata),
    stableLabels: stable,
  }));
}
