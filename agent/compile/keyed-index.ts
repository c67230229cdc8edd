import { type Reader, type Readings, Watched } from './readings.ts';

/** Values by keys; a value may have any number of them. Whoever looked a key up is told when there is something else under it. */
export class KeyedIndex<T> {
  readonly #lists = new Map<string, List<T>>();
  /** Which keys there are. */
  readonly #keys = new Watched();
  readonly #readings: Readings;
  readonly #keysOf: (value: T) => readonly string[];

  /** @param keysOf always the same keys for the same value */
  constructor(readings: Readings, keysOf: (value: T) => readonly string[]) {
    this.#readings = readings;
    this.#keysOf = keysOf;
  }

  add(value: T): void {
    for (const key of new Set(this.#keysOf(value))) {
      const list = this.#listOf(key);
      if (list.values.length === 0) this.#keys.expire();
      list.add(value);
    }
  }

  /** Takes away what was added. */
  remove(value: T): void {
    for (const key of new Set(this.#keysOf(value))) {
      const list = this.#listOf(key);
      list.remove(value);
      if (list.values.length === 0) this.#keys.expire();
    }
  }

  /** The values of that key, in no order. */
  get(key: string): readonly T[] {
    const list = this.#listOf(key);
    this.#readings.note(list);
    list.dropIfUnused();
    return list.values;
  }

  /** How many values the key has. Not noted: whoever wants to depend on it has to look at them. */
  count(key: string): number {
    return this.#lists.get(key)?.values.length ?? 0;
  }

  /** The keys that have values, in no order. */
  keys(): readonly string[] {
    this.#readings.note(this.#keys);
    return [...this.#lists].filter(([, { values }]) => values.length > 0).map(([key]) => key);
  }

  #listOf(key: string): List<T> {
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const list = new List<T>(this.#lists, key);
    this.#lists.set(key, list);
    return list;
  }
}

/** What there is under one key. A list that holds nothing and that nobody looked at is dropped. */
class List<T> extends Watched {
  #values: T[] = [];
  readonly #all: Map<string, List<T>>;
  readonly #key: string;

  /** @param all where it is dropped from, by its key */
  constructor(all: Map<string, List<T>>, key: string) {
    super();
    this.#all = all;
    this.#key = key;
  }

  get values(): readonly T[] {
    return this.#values;
  }

  add(value: T): void {
    // Most lists never have more than one, and an array that something was pushed to has room for many.
    if (this.#values.length === 0) this.#values = [value];
    else this.#values.push(value);
    this.expire();
  }

  remove(value: T): void {
    this.#values.splice(this.#values.indexOf(value), 1);
    this.expire();
    this.dropIfUnused();
  }

  override forget(reader: Reader): void {
    super.forget(reader);
    this.dropIfUnused();
  }

  dropIfUnused(): void {
    if (this.#values.length === 0 && this.isUnread) this.#all.delete(this.#key);
  }
}
