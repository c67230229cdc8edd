import type { Reader, Readings, Watched } from './readings.ts';

/** Values by keys; a value may have any number of them. Whoever looks a key up is told when there is something else under it. */
export class KeyedIndex<T> {
  readonly #lists = new Map<string, List<T>>();
  readonly #readings: Readings;
  readonly #keysOf: (value: T) => readonly string[];

  /** @param keysOf always the same keys for the same value */
  constructor(readings: Readings, keysOf: (value: T) => readonly string[]) {
    this.#readings = readings;
    this.#keysOf = keysOf;
  }

  add(value: T): void {
    for (const key of new Set(this.#keysOf(value))) this.#listOf(key).add(value);
  }

  /** Takes away what was added. */
  remove(value: T): void {
    for (const key of new Set(this.#keysOf(value))) this.#listOf(key).remove(value);
  }

  /** The values of that key, in no order. */
  get(key: string): readonly T[] {
    const list = this.#listOf(key);
    this.#readings.note(list);
    if (list.isUnused) this.#lists.delete(key);
    return list.values;
  }

  /** How many values the key has. Not noted: whoever wants to depend on it has to look at them. */
  count(key: string): number {
    return this.#lists.get(key)?.values.length ?? 0;
  }

  /** The keys that have values, in no order. Not noted. */
  *keys(): Iterable<string> {
    for (const [key, list] of this.#lists) if (list.values.length > 0) yield key;
  }

  #listOf(key: string): List<T> {
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const list = new List<T>(() => this.#lists.delete(key));
    this.#lists.set(key, list);
    return list;
  }
}

/** What there is under one key. A list that nobody looked at and that holds nothing is dropped. */
class List<T> implements Watched {
  readonly values: T[] = [];
  readonly readers = new Set<Reader>();
  readonly #drop: () => void;

  constructor(drop: () => void) {
    this.#drop = drop;
  }

  get isUnused(): boolean {
    return this.values.length === 0 && this.readers.size === 0;
  }

  add(value: T): void {
    this.values.push(value);
    this.#changed();
  }

  remove(value: T): void {
    this.values.splice(this.values.indexOf(value), 1);
    this.#changed();
  }

  forget(reader: Reader): void {
    this.readers.delete(reader);
    if (this.isUnused) this.#drop();
  }

  #changed(): void {
    for (const reader of [...this.readers]) reader.expire();
    if (this.isUnused) this.#drop();
  }
}
