import type { Baseline } from '../model/compiled.ts';
import { keyOf } from '../model/metadata.ts';
import type { Pod } from '../model/pod.ts';
import type { Problem } from '../model/reasons.ts';
import type { Rollout } from '../model/rollout.ts';
import { podLabels, podsOf } from './gray-pods.ts';
import type { Inventory } from './inventory.ts';
import type { Liveness } from './liveness.ts';
import { reportForeign, reportOnlyGray } from './ordinary.ts';
import { has } from './pod-index.ts';
import { servicesOf } from './services.ts';
import { TAG_HEADER } from './tag.ts';

/** Reasons of the condition Progressing under which the stable pods still are what Kruise calls stable. */
const STILL_STABLE: ReadonlySet<string> = new Set(['InRolling', 'Paused', 'Cancelling']);
const COMPLETING: ReadonlySet<string> = new Set(['Finalising', 'Completed']);
/** Phases of a Rollout that is given up: Kruise ends its release as after a success. */
const GIVEN_UP: ReadonlySet<string> = new Set(['Disabling', 'Disabled', 'Terminating']);

/**
 * The Services of a Rollout that has gray pods and is not live. Kruise does the like for the Service in trafficRoutings alone, and
 * lets go of it while gray pods still are there. Only where the snapshot shows both gray pods and ready other ones: a wrong guess
 * would leave a Service without pods.
 *
 * @param tagInForce that of the lane, while it is in force
 */
export function baselinesOf(
  member: Liveness,
  tagInForce: string | undefined,
  inventory: Inventory,
  report: (problem: Problem) => void,
): readonly Baseline[] {
  const { rollout, workload } = member;
  const isBefore = hasStablePods(member);
  if (!isBefore && !isReplacingPods(rollout)) return [];
  const { gray, stable } = podLabels(rollout, workload);
  const pods = podsOf(rollout, workload, inventory);
  const grayPods = pods.filter((pod) => has(pod, gray));
  if (gray === undefined || grayPods.length === 0) return [];
  const isOrdinary = (pod: Pod): boolean => (isBefore ? has(pod, stable) : !has(pod, gray));
  reportOnlyGray(pods, gray, isOrdinary, report);
  const others = pods.filter(isOrdinary);
  if (!others.some(isReady)) return [];
  const services = servicesOf(rollout, workload, inventory);
  reportForeign(member, gray, services, inventory, report);
  const tag = grayPods.some(isReady) ? tagInForce : undefined;
  const ordinary = isBefore ? stable && { stableLabels: stable } : replacing(rollout, others, tag);
  const { namespace } = rollout.metadata;
  return services.map((service) => ({
    namespace,
    service,
    member: keyOf(rollout.metadata),
    ...ordinary,
    grayLabels: gray,
  }));
}

function isReady({ ready }: Pod): boolean {
  return ready;
}

/** What a baseline has while the stable pods are replaced. */
function replacing(
  rollout: Rollout,
  others: readonly Pod[],
  tagValue: string | undefined,
): Pick<Baseline, 'otherLabels' | 'leaving'> {
  const otherLabels = unpatchedLabel(rollout, others);
  return {
    ...(otherLabels !== undefined && { otherLabels }),
    ...(tagValue !== undefined && { leaving: { tagHeader: TAG_HEADER, tagValue } }),
  };
}

/** A label that Kruise's patch changes on gray pods, as all of the others have it: with one value, or not at all. */
function unpatchedLabel({ grayPatch }: Rollout, others: readonly Pod[]): Baseline['otherLabels'] {
  const found = Object.entries(grayPatch.labels)
    .map(([name, patched]) => ({ name, patched, value: others[0]?.metadata.labels[name] ?? '' }))
    .filter(({ patched, value }) => patched !== value)
    .find(({ name, value }) => others.every(({ metadata }) => (metadata.labels[name] ?? '') === value));
  return found && { [found.name]: found.value };
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
