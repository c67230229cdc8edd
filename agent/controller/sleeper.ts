/** Waits that can be cut short; one at a time. */
export class Sleeper {
  #wake: (() => void) | undefined;
  #isClosed = false;

  /** True when nobody waits any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves after so many milliseconds, or when woken. */
  sleep(ms: number): Promise<void> {
    if (this.#isClosed || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }

  /** Ends the wait that is under way, if any. */
  wake(): void {
    this.#wake?.();
  }

  /** Ends the wait that is under way, and every later one at once. */
  close(): void {
    this.#isClosed = true;
    this.wake();
  }
}

/** Keeps beginnings apart. */
export class Pace {
  readonly #ms: number;
  #nextMs = 0;

  /** @param ms the least time between two beginnings */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Resolves when the next one may begin. */
  async begin(sleeper: Sleeper): Promise<void> {
    // A wake means that it is worth to try now, not that limits do not count.
    for (let ms = this.#nextMs - performance.now(); ms > 0; ms = this.#nextMs - performance.now()) {
      if (sleeper.isClosed) return;
      await sleeper.sleep(ms);
    }
    this.#nextMs = performance.now() + this.#ms;
  }
}
