export interface BucketSize {
  /** How many tokens come in a second. */
  readonly perSecond: number;
  /** How many it can hold, and holds at first. */
  readonly burst: number;
}

/** A token bucket. */
export class Bucket {
  readonly #size: BucketSize;
  readonly #now: () => number;
  #tokens: number;
  #filledMs: number;

  /** @param now a monotonic clock, in milliseconds */
  constructor(size: BucketSize, now: () => number) {
    this.#size = size;
    this.#now = now;
    this.#tokens = size.burst;
    this.#filledMs = now();
  }

  /** Takes a token, if need be one that is still to come, and says in how many milliseconds that is. */
  reserve(): number {
    this.#fill();
    this.#tokens -= 1;
    return this.#tokens < 0 ? (-this.#tokens / this.#size.perSecond) * 1000 : 0;
  }

  /** Takes a token when there is one. */
  take(): boolean {
    this.#fill();
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #fill(): void {
    const now = this.#now();
    const { perSecond, burst } = this.#size;
    this.#tokens = Math.min(this.#tokens + ((now - this.#filledMs) / 1000) * perSecond, burst);
    this.#filledMs = now;
  }
}
