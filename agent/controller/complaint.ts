/** The same complaint is made again after this, in milliseconds. */
const REPEAT_MS = 60_000;

/** Keeps something that fails again and again from filling the log. */
export class Complaint {
  readonly #now: () => number;
  #last: { readonly text: string; readonly atMs: number } | undefined;

  /** @param now a monotonic clock, in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** True when this is to be said: it is another one than the last, or that was said a minute ago. */
  isDue(text: string): boolean {
    const atMs = this.#now();
    if (this.#last?.text === text && atMs - this.#last.atMs < REPEAT_MS) return false;
    this.#last = { text, atMs };
    return true;
  }

  /** All is well: the next one is to be said. */
  reset(): void {
    this.#last = undefined;
  }
}
