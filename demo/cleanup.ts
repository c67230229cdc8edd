/** Something to end: in order and patiently, or at once when this process is about to be gone. */
export interface Ending {
  readonly close: () => Promise<void> | void;
  /** Synchronous; must not throw. */
  readonly closeNow?: () => void;
}

/** What has been started and must be ended, the youngest first. */
export class Cleanup {
  readonly #endings: Ending[] = [];
  #closing: Promise<void> | undefined;

  /** Remembers an ending. What is added while or after the clean-up runs is ended as well. */
  add(ending: Ending): void {
    this.#endings.push(ending);
    if (this.#closing !== undefined) this.#closing = this.#closing.then(() => this.#closeAll());
  }

  /** Ends everything. May be called again, the result is the same. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  /** Ends at once whatever `close` has not ended yet. */
  closeNow(): void {
    for (const ending of this.#endings.splice(0).reverse()) ending.closeNow?.();
  }

  async #closeAll(): Promise<void> {
    for (let ending = this.#endings.at(-1); ending !== undefined; ending = this.#endings.at(-1)) {
      await attempt(ending.close);
      const index = this.#endings.indexOf(ending);
      if (index >= 0) this.#endings.splice(index, 1);
    }
  }
}

async function attempt(close: Ending['close']): Promise<void> {
  try {
    await close();
  } catch {
    // One that cannot be ended must not keep the others from being ended, and `closeNow` follows.
  }
}
