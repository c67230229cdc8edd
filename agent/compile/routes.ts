import type { Baseline, Route } from '../model/compiled.ts';
import { keyOf } from '../model/metadata.ts';
import type { Problem } from '../model/reasons.ts';
import type { Rollout } from '../model/rollout.ts';
import { podLabels, podsOf } from './gray-pods.ts';
import type { Inventory } from './inventory.ts';
import type { Liveness } from './liveness.ts';
import { has } from './pod-index.ts';
import { servicesOf } from './services.ts';
import { TAG_HEADER } from './tag.ts';

/** What the routes of a member have from its lane. */
export type LaneShare = Pick<Route, 'lane' | 'tagValue' | 'mode' | 'priority'>;

/** The routes to the gray pods of a live member, one for each of its Services. */
export function routesOf(
  { rollout, workload }: Liveness,
  share: LaneShare,
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
    lane: share.lane,
    member: keyOf(rollout.metadata),
    tagHeader: TAG_HEADER,
    tagValue: share.tagValue,
    stableLabels: stable,
    grayLabels: gray,
    mode: share.mode,
    priority: share.priority,
  }));
}

/** Reasons of the condition Progressing under which the stable pods still are what Kruise calls stable. */
const STILL_STABLE: ReadonlySet<string> = new Set(['InRolling', 'Paused', 'Cancelling']);
const COMPLETING: ReadonlySet<string> = new Set(['Finalising', 'Completed']);
/** Phases of a Rollout that is given up: Kruise ends its release as after a success. */
const GIVEN_UP: ReadonlySet<string> = new Set(['Disabling', 'Disabled', 'Terminating']);

/**
 * The Services of a Rollout that has gray pods to which no tag leads. Kruise does the like for the Service in trafficRoutings
 * alone, and lets go of it while gray pods still are there. Only where the snapshot shows both gray pods and ready other ones: a wrong guess would leave a Service without pods.
 */
export function baselinesOf(liveness: Liveness, inventory: Inventory): readonly Baseline[] {
  const { rollout, workload } = liveness;
  const isBefore = hasStablePods(liveness);
  if (!isBefore && !isReplacingPods(rollout)) return [];
  const { gray, stable } = podLabels(rollout, workload);
  const pods = podsOf(rollout, workload, inventory);
  const hasGray = pods.some((pod) => has(pod, gray));
  const hasOthers = pods.some((pod) => pod.ready && (isBefore ? has(pod, stable) : !has(pod, gray)));
  if (gray === undefined || !hasGray || !hasOthers) return [];
  return servicesOf(rollout, workload, inventory).map((service) => ({
    namespace: rollout.metadata.namespace,
    service,
    member: keyOf(rollout.metadata),
    ...(isBefore && stable !== undefined && { stableLabels: stable }),
    grayLabels: gray,
  }));
}

/** True while the pods that Kruise calls stable are those that shall answer. In a step with a weight Kruise sees to that itself. */
function hasStablePods({ rollout, step, isOpen }: Liveness): boolean {
  const { phase, progressing, succeeded } = rollout.status;
  const isUnderWay = phase === 'Progressing' && STILL_STABLE.has(progressing ?? '') && step === undefined && !isOpen;
  const isRolledBack = (phase === 'Healthy' || phase === 'Progressing') && succeeded === 'False';
  return isUnderWay || isRolledBack;
}

/**
 * True while the workload's own pods become new ones, after success or because the Rollout is given up; gray pods go last. They can
 * be told from the new ones only where they have a Deployment of their own with a patched template.
 */
function isReplacingPods({ style, grayPatch, status }: Rollout): boolean {
  const isOver = status.phase === 'Healthy' && status.succeeded === 'True';
  const isCompleting = status.phase === 'Progressing' && COMPLETING.has(status.progressing ?? '');
  const isGivenUp = GIVEN_UP.has(status.phase ?? '');
  const isPatched = Object.keys({ ...grayPatch.labels, ...grayPatch.annotations }).length > 0;
  return (isOver || isCompleting || isGivenUp) && style === 'canary' && isPatched;
}
