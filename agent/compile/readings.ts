/** Something to be looked at. */
export class Watched {
  /** Who has looked at it since it changed. Of tens of thousands of these most have no reader, or one: no set is made for that. */
  #readers: Reader | Set<Reader> | undefined;

  /** Nobody has looked at it since it changed. */
  get isUnread(): boolean {
    return this.#readers === undefined;
  }

  readBy(reader: Reader): void {
    if (this.#readers instanceof Set) this.#readers.add(reader);
    else if (this.#readers === undefined) this.#readers = reader;
    else if (this.#readers !== reader) this.#readers = new Set([this.#readers, reader]);
  }

  /** It changes: what was worked out from it is out of date. */
  expire(): void {
    if (this.#readers instanceof Set) for (const reader of [...this.#readers]) reader.expire();
    else this.#readers?.expire();
  }

  /** That one does not count on it any more. */
  forget(reader: Reader): void {
    if (this.#readers === reader) this.#readers = undefined;
    if (this.#readers instanceof Set && this.#readers.delete(reader) && this.#readers.size === 0)
      this.#readers = undefined;
  }
}

/** Who looks at something. */
export interface Reader {
  /** What it has looked at. */
  readonly seen: Set<Watched>;
  /** Something that it looked at changes. */
  expire(): void;
}

/** Notes who looks at what, so that a change concerns nobody but those who have seen what it changes. */
export class Readings {
  #reader: Reader | undefined;

  /** Runs the work; what is looked at meanwhile is noted for that reader. */
  during<T>(reader: Reader, work: () => T): T {
    const outer = this.#reader;
    this.#reader = reader;
    try {
      return work();
    } finally {
      this.#reader = outer;
    }
  }

  /** That is looked at now. */
  note(watched: Watched): void {
    const reader = this.#reader;
    if (reader !== undefined) {
      watched.readBy(reader);
      reader.seen.add(watched);
    }
  }
}

/** A value that is worked out from what the work looks at, and again only once some of that has changed. */
export class Derived<T> implements Reader {
  readonly seen = new Set<Watched>();
  readonly #readings: Readings;
  readonly #work: (before: T | undefined) => T;
  #last: { readonly value: T } | undefined;
  #isCurrent = false;

  /** @param work is given the last value, when there was one */
  constructor(readings: Readings, work: (before: T | undefined) => T) {
    this.#readings = readings;
    this.#work = work;
  }

  /** False when the value has to be worked out before it can be given. */
  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  /** The same object as long as nothing changed that it depends on. */
  get value(): T {
    if (this.#last !== undefined && this.#isCurrent) return this.#last.value;
    const before = this.#last?.value;
    this.#last = { value: this.#readings.during(this, () => this.#work(before)) };
    this.#isCurrent = true;
    return this.#last.value;
  }

  /** The value is out of date, or not needed any more. */
  expire(): void {
    this.#isCurrent = false;
    for (const watched of this.seen) watched.forget(this);
    this.seen.clear();
  }
}
