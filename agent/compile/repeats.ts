import { differenceOf } from './difference.ts';

/** Tells of lists, one after the other, whether two of one key are in them. It is for lists of thousands that change in a few places. */
export class Repeats<T> {
  readonly #keyOf: (item: T) => string;
  readonly #counts = new Map<string, number>();
  #list: readonly T[] = [];
  /** Keys that occur more than once. */
  #repeated = 0;

  /** @param keyOf always the same key for the same item */
  constructor(keyOf: (item: T) => string) {
    this.#keyOf = keyOf;
  }

  /** Looks only at what the list before had not, or had. */
  areIn(list: readonly T[]): boolean {
    const { added, removed } = differenceOf(this.#list, list);
    this.#list = list;
    for (const item of removed) this.#count(item, -1);
    for (const item of added) this.#count(item, 1);
    return this.#repeated > 0;
  }

  #count(item: T, by: 1 | -1): void {
    const key = this.#keyOf(item);
    const before = this.#counts.get(key) ?? 0;
    const after = before + by;
    if (after === 0) this.#counts.delete(key);
    else this.#counts.set(key, after);
    if (Math.max(before, after) === 2) this.#repeated += by;
  }
}
