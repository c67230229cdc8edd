import type { Memory } from '../model/compiled.ts';
import { KeyedIndex } from './keyed-index.ts';
import type { Readings } from './readings.ts';

/** What is remembered of a Rollout. */
export type Remembered = readonly [rollout: string, remembered: Memory[string]];

/** What was in force at the last compile. */
export class Past {
  readonly #byRollout: KeyedIndex<Remembered>;
  readonly #entries = new Map<string, Remembered>();
  #memory: Memory = {};

  constructor(readings: Readings) {
    this.#byRollout = new KeyedIndex(readings, ([rollout]) => [rollout]);
  }

  /** Takes another memory in place of the one before. */
  replace(memory: Memory): void {
    if (memory === this.#memory) return;
    for (const [rollout, entry] of this.#entries)
      if (memory[rollout] === undefined) this.#set(rollout, entry, undefined);
    for (const entry of Object.entries(memory)) this.#set(entry[0], this.#entries.get(entry[0]), entry);
    this.#memory = memory;
  }

  /** What is remembered of a Rollout. */
  of(rollout: string): Memory[string] | undefined {
    return this.#byRollout.get(rollout)[0]?.[1];
  }

  #set(rollout: string, before: Remembered | undefined, after: Remembered | undefined): void {
    if (isEqual(before?.[1], after?.[1])) return;
    if (before !== undefined) this.#byRollout.remove(before);
    this.#entries.delete(rollout);
    if (after === undefined) return;
    this.#byRollout.add(after);
    this.#entries.set(rollout, after);
  }
}

function isEqual(a: Memory[string] | undefined, b: Memory[string] | undefined): boolean {
  return (
    a === b || (a?.canaryRevision === b?.canaryRevision && a?.stepIndex === b?.stepIndex && a?.template === b?.template)
  );
}
