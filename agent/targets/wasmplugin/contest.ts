/** How often a configuration may be put back at once. */
const BURST = 5;

/** How long until it may be put back once more, in milliseconds. Shorter than what passes between two looks at a quiet target. */
const REFILL_MS = 10_000;

/**
 * Ends fights. A configuration that is new is always written; one that was written and is not there any more is put back, but not
 * endlessly against somebody who changes it again each time.
 */
export class Contest {
  readonly #now: () => number;
  #last: string | undefined;
  #tokens = BURST;
  #filledMs: number;

  /** @param now a clock in milliseconds; it may jump */
  constructor(now: () => number) {
    this.#now = now;
    this.#filledMs = now();
  }

  /** Whether the configuration of that revision may be written now. */
  allows(revision: string): boolean {
    this.#fill();
    return revision !== this.#last || this.#tokens >= 1;
  }

  /** It was written, or refused for somebody else's sake. */
  count(revision: string): void {
    if (revision === this.#last) this.#tokens -= 1;
    this.#last = revision;
  }

  #fill(): void {
    const now = this.#now();
    const passedMs = Math.max(0, now - this.#filledMs);
    this.#filledMs = now;
    this.#tokens = Math.min(BURST, this.#tokens + passedMs / REFILL_MS);
  }
}
