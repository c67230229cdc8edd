import { Bucket } from './bucket.ts';

/** How fast a key that fails is tried again; the defaults are those of client-go's `DefaultTypedControllerRateLimiter`. */
export interface RateLimits {
  /** Wait before the first repetition of a key, in milliseconds; doubles with each that follows. Default 5. */
  readonly baseMs?: number;
  /** The longest wait of a key, in milliseconds. Default 1,000,000. */
  readonly maxMs?: number;
  /** Repetitions a second, over all keys. Default 10. */
  readonly perSecond?: number;
  /** Repetitions that may come at once after a quiet time, over all keys. Default 100. */
  readonly burst?: number;
}

/** Says how long a key has to wait: the longer of what its own failures and what the bucket of all keys ask for. */
export class RateLimiter {
  readonly #baseMs: number;
  readonly #maxMs: number;
  readonly #bucket: Bucket;
  readonly #failures = new Map<string, number>();

  /** @param now a monotonic clock, in milliseconds */
  constructor({ baseMs = 5, maxMs = 1_000_000, perSecond = 10, burst = 100 }: RateLimits, now: () => number) {
    this.#baseMs = baseMs;
    this.#maxMs = maxMs;
    this.#bucket = new Bucket({ perSecond, burst }, now);
  }

  /** Milliseconds that the key has to wait from now on. Counts as one more failure of it. */
  next(key: string): number {
    const failures = this.failures(key);
    this.#failures.set(key, failures + 1);
    return Math.max(Math.min(this.#baseMs * 2 ** failures, this.#maxMs), this.#bucket.reserve());
  }

  /** How often the key failed since it was last forgotten. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The key is well again. */
  forget(key: string): void {
    this.#failures.delete(key);
  }
}
