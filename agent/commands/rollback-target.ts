import { standingOf } from '../compile/standing.ts';
import { GraylaneError } from '../errors.ts';
import type { Rollout } from '../model/rollout.ts';

/** Reasons of the condition Progressing while which a release can be undone: `Paused` too, though Kruise acts on it later. */
const UNDOABLE = ['InRolling', 'Paused'];

/**
 * The revision to which a release is to be rolled back. Throws a GraylaneError when none is under way. While one is being
 * prepared, the status still tells of the one before, whose stable revision is one too old.
 *
 * @param title how messages name the Rollout
 */
export function stableRevisionOf(title: string, rollout: Rollout): string {
  const { phase, progressing, release } = rollout.status;
  const { state } = standingOf(rollout, () => undefined);
  if (phase !== 'Progressing' || !UNDOABLE.includes(progressing ?? '') || release === undefined) {
    const hint = progressing === 'Initializing' ? '; try again in a few seconds' : '';
    throw new GraylaneError('NothingToRollBack', `${title} cannot be rolled back now: ${state}${hint}`);
  }
  const { stableRevision } = release;
  if (stableRevision === undefined) {
    throw new GraylaneError('RevisionNotFound', `The status of ${title} names no stable revision`);
  }
  return stableRevision;
}
