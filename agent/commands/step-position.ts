import { standingOf } from '../compile/standing.ts';
import { at } from '../model/json.ts';
import type { Rollout } from '../model/rollout.ts';

/** Where a Rollout is in its plan. */
export interface StepPosition {
  /** The field of the status that says so. */
  readonly field: 'canaryStatus' | 'blueGreenStatus';
  /** From 1; undefined while no release is under way. */
  readonly step: number | undefined;
  /** Such as StepPaused. */
  readonly state: string | undefined;
  /** Of the new version. */
  readonly revision: string | undefined;
  /** True when the user wants the whole release to stand still. */
  readonly isPaused: boolean;
  /** A few words for people. */
  readonly words: string;
}

/** Reads it from a Rollout as the API server gave it, and as it was decoded. */
export function stepPosition(object: unknown, rollout: Rollout): StepPosition {
  const standing = standingOf(rollout, () => undefined);
  const field = at(object, 'status', 'canaryStatus') === undefined ? 'blueGreenStatus' : 'canaryStatus';
  const isPaused = at(object, 'spec', 'strategy', 'paused') === true;
  const { state: words } = standing;
  if (standing.kind === 'off') {
    return { field, step: undefined, state: undefined, revision: undefined, isPaused, words };
  }
  return {
    field,
    step: standing.step.number,
    state: standing.release.currentStepState,
    revision: standing.release.canaryRevision,
    isPaused,
    words: `${words} (of ${rollout.steps.length} steps)`,
  };
}

/** True when a step is done and waits for a person, or for its time to be over. */
export function waitsForApproval({ state }: StepPosition): boolean {
  return state === 'StepPaused';
}

/**
 * True when Kruise has taken an approval up. StepReady alone proves nothing: a controller that is just writing the status
 * of the pause puts StepPaused back over it.
 */
export function hasMovedOn(before: StepPosition, now: StepPosition): boolean {
  if (now.step !== before.step || now.revision !== before.revision) return true;
  return now.state !== 'StepPaused' && now.state !== 'StepReady';
}
