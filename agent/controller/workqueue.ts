import { RateLimiter, type RateLimits } from './rate-limit.ts';

/** What a queue tells about itself, for metrics. Times are in milliseconds. */
export interface WorkqueueObserver {
  /** A key was added that did not wait already. */
  added(): void;
  /** A key is to be tried again. */
  retried(): void;
  /** So many keys wait for a worker. */
  depth(length: number): void;
  /** A worker took a key that had waited so long. */
  waited(ms: number): void;
  /** A worker is done with a key after so long. */
  worked(ms: number): void;
}

export interface WorkqueueOptions {
  readonly limits?: RateLimits;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  readonly observer?: WorkqueueObserver;
}

/** The longest time that `setTimeout` can wait; a longer one would come at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Delayed {
  readonly dueMs: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * The keys that want to be reconciled, by the rules of client-go's `workqueue`: a key waits at most once however often it
 * is added, no two workers have the same key, and a key that is added while a worker has it comes again when that is done.
 */
export class Workqueue {
  readonly #limiter: RateLimiter;
  readonly #now: () => number;
  readonly #observer: WorkqueueObserver | undefined;
  /** In the order in which they are to be taken. */
  readonly #queue: string[] = [];
  /** Wants to be worked on, and since when: those in the queue, and those that were added while a worker had them. */
  readonly #dirty = new Map<string, number>();
  /** A worker has it, since then. */
  readonly #processing = new Map<string, number>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #waiting: ((key: string | undefined) => void)[] = [];
  readonly #draining: (() => void)[] = [];
  #isShutDown = false;

  constructor({ limits = {}, now, observer }: WorkqueueOptions) {
    this.#limiter = new RateLimiter(limits, now);
    this.#now = now;
    this.#observer = observer;
  }

  /** How many keys wait for a worker. */
  get length(): number {
    return this.#queue.length;
  }

  get isShutDown(): boolean {
    return this.#isShutDown;
  }

  /** The key wants to be worked on. */
  add(key: string): void {
    if (this.#isShutDown || this.#dirty.has(key)) return;
    this.#dirty.set(key, this.#now());
    this.#observer?.added();
    if (!this.#processing.has(key)) this.#push(key);
  }

  /** Adds the key after that many milliseconds; of several such wishes for one key the earliest counts. */
  addAfter(key: string, ms: number): void {
    if (this.#isShutDown) return;
    if (!(ms > 0)) {
      this.add(key);
      return;
    }
    const dueMs = this.#now() + ms;
    const earlier = this.#delayed.get(key);
    if (earlier !== undefined && earlier.dueMs <= dueMs) return;
    clearTimeout(earlier?.timer);
    this.#wait(key, dueMs);
  }

  /** Adds the key after its failure: later with each one, until it is forgotten. */
  addRateLimited(key: string): void {
    if (this.#isShutDown) return;
    this.#observer?.retried();
    this.addAfter(key, this.#limiter.next(key));
  }

  /** The key is well again: its next failure counts as its first. Adds that are under way still come. */
  forget(key: string): void {
    this.#limiter.forget(key);
  }

  /** How often the key was added after a failure since it was last forgotten. */
  failures(key: string): number {
    return this.#limiter.failures(key);
  }

  /** The next key, as soon as there is one; undefined when the queue is shut down and empty. Say `done` afterwards. */
  async get(): Promise<string | undefined> {
    const key = this.#queue.shift();
    if (key !== undefined) return this.#take(key);
    if (this.#isShutDown) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The worker has finished with the key. */
  done(key: string): void {
    const since = this.#processing.get(key);
    if (since === undefined) return;
    this.#processing.delete(key);
    this.#observer?.worked(this.#now() - since);
    if (this.#dirty.has(key)) this.#push(key);
    this.#settle();
  }

  /**
   * Takes nothing any more, drops what was to be added later, and resolves once the workers have taken and done what
   * waits. Without a worker it never does, so the caller bounds it.
   */
  shutDown(): Promise<void> {
    this.#isShutDown = true;
    for (const { timer } of this.#delayed.values()) clearTimeout(timer);
    this.#delayed.clear();
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
    return new Promise((resolve) => {
      this.#draining.push(resolve);
      this.#settle();
    });
  }

  #push(key: string): void {
    const resolve = this.#waiting.shift();
    if (resolve !== undefined) {
      resolve(this.#take(key));
      return;
    }
    this.#queue.push(key);
    this.#observer?.depth(this.#queue.length);
  }

  #take(key: string): string {
    const now = this.#now();
    this.#observer?.depth(this.#queue.length);
    this.#observer?.waited(now - (this.#dirty.get(key) ?? now));
    this.#dirty.delete(key);
    this.#processing.set(key, now);
    return key;
  }

  #wait(key: string, dueMs: number): void {
    const timer = setTimeout(
      () => {
        this.#delayed.delete(key);
        // Timers may come up to a millisecond early, and the longest waits take several.
        if (dueMs - this.#now() > 1) this.#wait(key, dueMs);
        else this.add(key);
      },
      Math.min(dueMs - this.#now(), MAX_TIMER_MS),
    );
    this.#delayed.set(key, { dueMs, timer });
  }

  #settle(): void {
    if (!this.#isShutDown || this.#queue.length > 0 || this.#processing.size > 0) return;
    for (const resolve of this.#draining.splice(0)) resolve();
  }
}
