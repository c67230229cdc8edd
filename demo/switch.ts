/** How a client came from one answer to another while something changed. All times in milliseconds. */
export interface SwitchReport {
  readonly requests: number;
  /** Answers that were neither the one before nor the one after. */
  readonly mixed: number;
  /** When the first answer other than the one before came; undefined: none did. */
  readonly beganMs: number | undefined;
  /** When the last answer other than the one after came; undefined: none did. */
  readonly endedMs: number | undefined;
  /** From then to then: outside of it each answer was the one that it had to be. 0 when nothing changed for this client. */
  readonly windowMs: number;
}

/** Looks at the answers that one client gets while something changes. */
export class Switch {
  readonly #before: RegExp;
  readonly #after: RegExp;
  #requests = 0;
  #mixed = 0;
  #beganMs: number | undefined;
  #endedMs: number | undefined;

  /**
   * @param before what every answer is like in the beginning
   * @param after what every answer is like in the end
   */
  constructor(before: RegExp, after: RegExp) {
    this.#before = before;
    this.#after = after;
  }

  take(body: string, atMs: number): void {
    const [isOld, isNew] = [this.#before.test(body), this.#after.test(body)];
    this.#requests += 1;
    if (!isOld && !isNew) this.#mixed += 1;
    if (!isOld) this.#beganMs ??= atMs;
    if (!isNew) this.#endedMs = atMs;
  }

  get report(): SwitchReport {
    const [beganMs, endedMs] = [this.#beganMs, this.#endedMs];
    const windowMs = beganMs === undefined || endedMs === undefined ? 0 : Math.max(0, endedMs - beganMs);
    return { requests: this.#requests, mixed: this.#mixed, beganMs, endedMs, windowMs };
  }
}
