/**
 * Whether something is served, as the API server said again and again. A server that is just starting does not know all that
 * it will serve, so nothing is absent that was not missing in every answer for a while.
 */
export class Presence {
  #isServed = false;
  #missingSinceMs: number | undefined;

  /** An answer. @param isServed undefined: there was none, and nobody knows what it would have been */
  note(isServed: boolean | undefined, nowMs: number): void {
    this.#isServed = isServed ?? this.#isServed;
    if (isServed === false) this.#missingSinceMs ??= nowMs;
    else this.#missingSinceMs = undefined;
  }

  /** True when the last answer said so. */
  get isServed(): boolean {
    return this.#isServed;
  }

  /** True when every answer for so long said that it is missing. */
  isMissing(forMs: number, nowMs: number): boolean {
    return this.#missingSinceMs !== undefined && nowMs - this.#missingSinceMs >= forMs;
  }
}
