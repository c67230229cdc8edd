/** An answer to what is served. */
export interface Answer {
  /** Undefined: there was none, and nobody knows what it would have been. */
  readonly isServed: boolean | undefined;
  /** True when the server had said before that it has started completely. */
  readonly isFromReady: boolean;
}

/** So many answers of a server that has started have to agree: one behind the same address may have started earlier. */
const READY_ANSWERS = 2;

/**
 * Whether something is served, as the API server said again and again. A server that is just starting does not know all that
 * it will serve, so nothing is absent that was not missing in every answer for a while, or in several of one that is ready.
 */
export class Presence {
  #isServed = false;
  #missingSinceMs: number | undefined;
  #readyAnswers = 0;

  note({ isServed, isFromReady }: Answer, nowMs: number): void {
    this.#isServed = isServed ?? this.#isServed;
    if (isServed === false) {
      this.#missingSinceMs ??= nowMs;
      this.#readyAnswers = isFromReady ? this.#readyAnswers + 1 : 0;
    } else {
      this.#missingSinceMs = undefined;
      this.#readyAnswers = 0;
    }
  }

  /** True when the last answer said so. */
  get isServed(): boolean {
    return this.#isServed;
  }

  /** True when the last answers said that it is missing, and the server was ready to know. */
  get isMissingForSure(): boolean {
    return this.#readyAnswers >= READY_ANSWERS;
  }

  /** True when every answer for so long said that it is missing. */
  isMissing(forMs: number, nowMs: number): boolean {
    return this.#missingSinceMs !== undefined && nowMs - this.#missingSinceMs >= forMs;
  }
}
