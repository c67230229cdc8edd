/** The shortest and the longest wait, in milliseconds. */
export interface BackoffLimits {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait before the next try: twice as long after each failure, and each time anywhere in the upper half of that,
 * lest everybody who lost the same server comes back at the same moment.
 */
export class Backoff {
  readonly #limits: BackoffLimits;
  readonly #random: () => number;
  #failures = 0;

  /** @param random a number from 0 up to 1 */
  constructor(limits: BackoffLimits, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  /** Milliseconds to wait after one more failure. */
  next(): number {
    const { minMs, maxMs } = this.#limits;
    this.#failures += 1;
    const longest = Math.min(minMs * 2 ** this.#failures, maxMs);
    return longest * (0.5 + this.#random() / 2);
  }

  /** True when nothing failed since the last `reset`. */
  get isFresh(): boolean {
    return this.#failures === 0;
  }

  /** It worked. */
  reset(): void {
    this.#failures = 0;
  }
}
