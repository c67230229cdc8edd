import { at, listAt } from './json.ts';
import type { Metadata } from './metadata.ts';
import type { Problem } from './reasons.ts';
import { decodeTrafficTarget, type TrafficTarget } from './rollout.ts';
import { decodeStep, type Step, V1ALPHA1 } from './step.ts';

/** A TrafficRouting (v1alpha1, the only version): rules that several Rollouts share. */
export interface TrafficRouting {
  readonly metadata: Metadata;
  readonly strategy: Step;
  readonly trafficTarget: TrafficTarget | undefined;
  readonly problems: readonly Problem[];
}

/** Reads a TrafficRouting; only the first of `objectRef` counts, as for Kruise. */
export function decodeTrafficRouting(object: unknown, metadata: Metadata): TrafficRouting {
  const problems: Problem[] = [];
  const strategy = at(object, 'spec', 'strategy') ?? {};
  return {
    metadata,
    strategy: decodeStep(strategy, { number: 0, path: 'spec.strategy' }, V1ALPHA1, (problem) => problems.push(problem)),
    trafficTarget: decodeTrafficTarget(listAt(object, 'spec', 'objectRef')[0], 'spec.objectRef[0]'),
    problems,
  };
}
