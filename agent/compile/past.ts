import type { InForce, Memory, Remembered } from '../model/compiled.ts';
import { differenceOf } from './difference.ts';
import { KeyedIndex } from './keyed-index.ts';
import type { Readings } from './readings.ts';

/** What was in force at the last compile. */
export class Past {
  readonly #index: KeyedIndex<Remembered>;
  /** What is in the index. */
  readonly #known = new Map<string, Remembered>();
  #current: Memory = [];

  constructor(readings: Readings) {
    this.#index = new KeyedIndex(readings, ([rollout]) => [rollout]);
  }

  /** Takes this for what was in force. */
  replace(memory: Memory): void {
    const { added, removed } = differenceOf(this.#current, memory);
    const next = new Map(added);
    for (const [rollout] of removed) if (!next.has(rollout)) this.#set(rollout, undefined);
    for (const remembered of added) this.#set(remembered[0], remembered);
    this.#current = memory;
  }

  /** What is remembered of a Rollout. */
  of(rollout: string): InForce | undefined {
    return this.#index.get(rollout)[0]?.[1];
  }

  #set(rollout: string, after: Remembered | undefined): void {
    const before = this.#known.get(rollout);
    if (before !== undefined && after !== undefined && isEqual(before, after)) return;
    if (before !== undefined) this.#index.remove(before);
    if (after !== undefined) this.#index.add(after);
    if (after === undefined) this.#known.delete(rollout);
    else this.#known.set(rollout, after);
  }
}

/** True when the same is remembered of the same Rollout. */
export function isEqual([aRollout, a]: Remembered, [bRollout, b]: Remembered): boolean {
  return (
    aRollout === bRollout &&
    a.canaryRevision === b.canaryRevision &&
    a.stepIndex === b.stepIndex &&
    a.template === b.template &&
    a.ending === b.ending
  );
}
