import type { InForce } from '../model/compiled.ts';
import { keyOf } from '../model/metadata.ts';
import type { Problem } from '../model/reasons.ts';
import type { Rollout } from '../model/rollout.ts';
import type { Step } from '../model/step.ts';
import type { Workload } from '../model/workload.ts';
import { isEnding, isSuperseded, knownGeneration, templateHash } from './early-signs.ts';
import { readyGrayPods } from './gray-pods.ts';
import { type Inventory, workloadKey } from './inventory.ts';
import { inOrder } from './order.ts';
import { type Standing, standingOf } from './standing.ts';

/** Whether a Rollout takes part in its lane at this moment. */
export interface Liveness {
  readonly rollout: Rollout;
  readonly workload: Workload | undefined;
  /** The step in effect while the gray pods serve; undefined while the Rollout is not live. */
  readonly step: Step | undefined;
  /** True when the current step means ordinary requests to meet gray pods too. */
  readonly isOpen: boolean;
  /** True when nothing but a ready gray pod is missing. */
  readonly isWaiting: boolean;
  /** A few words for people. */
  readonly state: string;
  readonly problems: readonly Problem[];
  /** What the next compile is to know. */
  readonly memory: InForce | undefined;
}

/** Decides whether a Rollout is live: its status must say so, nothing may contradict it, and a gray pod must be ready. */
export function livenessOf(rollout: Rollout, inventory: Inventory): Liveness {
  const remembered = inventory.past.of(keyOf(rollout.metadata));
  const problems: Problem[] = [];
  const workload = workloadOf(rollout, inventory);
  const standing = standingOf(rollout, (problem) => problems.push(problem));
  const endsStable = standing.kind !== 'off' && takesAllPods(rollout, workload, standing.step);
  const withoutRoutes = (step: Step): boolean => !step.routes && rollout.trafficTarget !== undefined;
  const isOpen = endsStable || (standing.kind !== 'off' && withoutRoutes(standing.step));
  const known = { rollout, workload, problems, isOpen, isWaiting: false };
  if (standing.kind === 'off') return { ...known, step: undefined, state: standing.state, memory: undefined };

  // Nothing but a release of the same revision may be continued.
  const revision = standing.release.canaryRevision ?? '';
  const memory = remembered?.canaryRevision === revision ? remembered : undefined;
  const notLive = (state: string): Liveness => ({ ...known, step: undefined, state, memory });

  if (withoutRoutes(standing.step)) return notLive(`${standing.state}, a step without routes`);
  if (endsStable && rollout.trafficTarget === undefined) return notLive(`${standing.state}, all pods become gray`);
  const step = stepInEffect(rollout, standing, endsStable, memory);
  if (step === undefined || withoutRoutes(step)) return notLive(`${standing.state}, nothing in effect yet`);
  if (isEnding(rollout, inventory, memory)) {
    const kept = memory && { ...memory, ending: knownGeneration(rollout) };
    return { ...notLive(`${standing.state}, but its BatchRelease is being deleted`), memory: kept };
  }
  if (isSuperseded(rollout, workload, inventory, memory)) {
    return notLive(`${standing.state}, but its workload has another template by now`);
  }
  const ready = readyGrayPods(rollout, workload, inventory);
  if (ready <= 0) return { ...notLive(`${standing.state}, no gray pod ready`), isWaiting: true };
  return {
    ...known,
    step,
    state: `${standing.state}, ${ready} gray ${ready === 1 ? 'pod' : 'pods'} ready`,
    memory: {
      canaryRevision: revision,
      stepIndex: step.number,
      ...(workload !== undefined && { template: templateHash(workload) }),
    },
  };
}

function workloadOf({ workload, metadata }: Rollout, { workloads }: Inventory): Workload | undefined {
  if (workload === undefined) return undefined;
  const { group, kind, name } = workload;
  return inOrder(workloads.get(workloadKey(group, kind, metadata.namespace, name))).at(-1);
}

/** The step whose routes are in effect: the current one, or while it is being prepared the one before. */
function stepInEffect(
  rollout: Rollout,
  standing: Exclude<Standing, { kind: 'off' }>,
  endsStable: boolean,
  memory: InForce | undefined,
): Step | undefined {
  const before = memory === undefined ? rollout.steps[standing.step.number - 2] : rollout.steps[memory.stepIndex - 1];
  if (standing.kind === 'between') return before;
  if (memory !== undefined && isPlanUnread(rollout)) return before;
  return endsStable ? before : standing.step;
}

/** True while Kruise has not taken up the newest plan; step numbers of the status mean the old one. */
function isPlanUnread({ metadata, status }: Rollout): boolean {
  const hash = metadata.annotations['rollouts.kruise.io/hash'];
  const seen = status.release?.rolloutHash;
  if (hash !== undefined && seen !== undefined && hash !== seen) return true;
  const { observedGeneration } = status;
  return (
    observedGeneration !== undefined && metadata.generation !== undefined && metadata.generation > observedGeneration
  );
}

/** In partition style the last pods are changed in place; Kruise never applies the routes of such a step. */
function takesAllPods(rollout: Rollout, workload: Workload | undefined, step: Step): boolean {
  if (rollout.style !== 'partition') return false;
  if (step.replicas === '100%') return true;
  return typeof step.replicas === 'number' && workload?.replicas !== undefined && step.replicas >= workload.replicas;
}
