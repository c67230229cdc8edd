interface TermOptions {
  readonly number: number;
  /** When it ends unless it is extended, by the clock of `now`. */
  readonly deadlineMs: number;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Called once, as soon as it is noticed that the term is over. */
  readonly onEnd: (why: string) => void;
}

/**
 * A time of leadership. It ends at its deadline even when nothing runs at that moment, since each look at it compares the
 * clock: a process that was frozen finds it over. Whoever holds only the signal learns it when timers run again.
 */
export class Term {
  /** Grows from each term to the next, whoever leads; the fencing number of what is written in it. */
  readonly number: number;
  readonly #now: () => number;
  readonly #onEnd: (why: string) => void;
  readonly #abort = new AbortController();
  #deadlineMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor({ number, deadlineMs, now, onEnd }: TermOptions) {
    this.number = number;
    this.#now = now;
    this.#onEnd = onEnd;
    this.#deadlineMs = deadlineMs;
    this.#watch();
  }

  /** False from the deadline on. */
  get isOn(): boolean {
    if (!this.signal.aborted && this.#now() >= this.#deadlineMs) this.end('the lease was not renewed in time');
    return !this.signal.aborted;
  }

  /** Milliseconds that are left, unless it is extended. */
  get leftMs(): number {
    return this.isOn ? this.#deadlineMs - this.#now() : 0;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** A term that is over stays over. */
  extend(deadlineMs: number): void {
    if (this.isOn) this.#deadlineMs = deadlineMs;
  }

  end(why: string): void {
    if (this.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.#onEnd(why);
  }

  #watch(): void {
    // Whole milliseconds, rounded up: a timer that comes a little early would only be set again.
    this.#timer = setTimeout(
      () => {
        if (this.isOn) this.#watch();
      },
      Math.max(1, Math.ceil(this.#deadlineMs - this.#now())),
    );
  }
}
