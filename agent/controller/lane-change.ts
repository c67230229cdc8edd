import { differenceOf } from '../compile/difference.ts';
import type { Lane } from '../model/compiled.ts';

/** A lane that is another object than it was; undefined where there is none. */
export interface LaneChange {
  readonly before: Lane | undefined;
  readonly now: Lane | undefined;
}

/** What became of lanes of which most are the very same as before: those that came or changed in their order, then those that are gone. */
export function laneChanges(before: readonly Lane[], now: readonly Lane[]): readonly LaneChange[] {
  const { added, removed } = differenceOf(before, now);
  const gone = new Map(removed.map((lane) => [keyOf(lane), lane]));
  const changed = added.map((lane): LaneChange => {
    const key = keyOf(lane);
    const known = gone.get(key);
    gone.delete(key);
    return { before: known, now: lane };
  });
  return [...changed, ...[...gone.values()].map((lane): LaneChange => ({ before: lane, now: undefined }))];
}

/** A Rollout and a TrafficRouting of one name have a lane each. */
function keyOf({ entry: { kind }, name }: Lane): string {
  return `${kind} ${name}`;
}
