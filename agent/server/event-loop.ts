const INTERVAL_MS = 500;

/** Watches how late the event loop is: whatever this process does waits as long. */
export class EventLoop {
  #dueMs = performance.now() + INTERVAL_MS;
  #lagMs = 0;
  readonly #timer = setInterval(() => this.#tick(), INTERVAL_MS).unref();

  /** How late it was the last time that it was looked at, or is at the moment, in milliseconds. */
  get lagMs(): number {
    return Math.max(this.#lagMs, performance.now() - this.#dueMs, 0);
  }

  /** Ends the watching. */
  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const nowMs = performance.now();
    this.#lagMs = Math.max(0, nowMs - this.#dueMs);
    this.#dueMs = nowMs + INTERVAL_MS;
  }
}
