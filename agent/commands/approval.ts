import { setTimeout as sleep } from 'node:timers/promises';
import { GraylaneError } from '../errors.ts';
import { apiFailure, hasStatus } from '../kubernetes/failure.ts';
import { textAt } from '../model/json.ts';
import type { ReadRollout, RolloutObject } from './rollout-object.ts';
import { hasMovedOn, type StepPosition, stepPosition, waitsForApproval } from './step-position.ts';

/** How often the Rollout is looked at, in milliseconds. */
const LOOK_MS = 100;
/**
 * After how long an approval that is not there any more is written again, in milliseconds. Kruise overwrites one that comes
 * within about 30 ms after its step has paused, since it is about to write the status of the pause.
 */
const LOST_MS = 1000;

/** What became of an approval. */
export interface Approved {
  /** `moved`: Kruise has gone on. `stored`: it will, once the release is not paused as a whole any more. */
  readonly kind: 'moved' | 'stored';
  /** The step that was approved. */
  readonly step: number;
  /** Where the Rollout is now, in words. */
  readonly now: string;
  /** How often the approval had to be written. */
  readonly writes: number;
}

/**
 * Approves the step at which a Rollout waits, and sees that Kruise takes it up.
 *
 * @param timeoutMs how long to wait for that
 * @param clock in milliseconds
 * @throws GraylaneError when the Rollout does not wait, or Kruise does not go on in time
 */
export async function approveStep(rollout: RolloutObject, timeoutMs: number, clock: () => number): Promise<Approved> {
  const first = await rollout.read();
  const before = positionOf(first);
  const { step } = before;
  if (step === undefined || !waitsForApproval(before)) throw nothingToApprove(rollout, before);
  const deadline = clock() + timeoutMs;
  let current = first;
  let writtenAt = Number.NEGATIVE_INFINITY;
  let writes = 0;
  for (;;) {
    const now = positionOf(current);
    if (hasMovedOn(before, now)) return { kind: 'moved', step, now: now.words, writes };
    const isLost = now.state === 'StepPaused' && clock() - writtenAt >= LOST_MS;
    if (clock() >= deadline) throw notTaken(rollout, step, now, timeoutMs);
    if (isLost && (await write(rollout, current, before))) {
      writtenAt = clock();
      writes += 1;
    } else if (now.state === 'StepReady' && now.isPaused && clock() - writtenAt >= LOST_MS) {
      return { kind: 'stored', step, now: now.words, writes };
    }
    await sleep(LOOK_MS);
    current = await rollout.read();
  }
}

/** False when the Rollout has changed since it was read: then it has to be looked at again. */
async function write(rollout: RolloutObject, { object }: ReadRollout, { field }: StepPosition): Promise<boolean> {
  const resourceVersion = textAt(object, 'metadata', 'resourceVersion');
  const body = { metadata: { resourceVersion }, status: { [field]: { currentStepState: 'StepReady' } } };
  try {
    await rollout.patch(body, 'status');
    return true;
  } catch (error) {
    if (hasStatus(error, 409)) return false;
    throw apiFailure(error, `approve ${rollout.title}`);
  }
}

function positionOf({ object, rollout }: ReadRollout): StepPosition {
  return stepPosition(object, rollout);
}

function nothingToApprove({ title }: RolloutObject, { words, state }: StepPosition): GraylaneError {
  const approved = state === 'StepReady' ? '; it is approved already' : '';
  return new GraylaneError('NothingToApprove', `${title} does not wait for an approval: ${words}${approved}`);
}

function notTaken({ title }: RolloutObject, step: number, now: StepPosition, timeoutMs: number): GraylaneError {
  const what = `${title} did not go on from step ${step} within ${timeoutMs / 1000} s after it was approved: ${now.words}`;
  return new GraylaneError('ApprovalNotTaken', what);
}
