import type { Writable } from 'node:stream';

/** How often a count is shown anew, in milliseconds. */
const INTERVAL_MS = 200;

/** One line that tells a person at a terminal what takes so long; shown to nobody else, and gone in the end. */
export class Progress {
  readonly #stream: Writable & { readonly isTTY?: boolean };
  readonly #now: () => number;
  #shownAtMs = Number.NEGATIVE_INFINITY;
  #isShown = false;

  constructor(stream: Writable & { readonly isTTY?: boolean }, now: () => number) {
    this.#stream = stream;
    this.#now = now;
  }

  /** Shows what is being done. */
  show(text: string): void {
    if (this.#stream.isTTY !== true) return;
    this.#stream.write(`\r\u001b[K${text}`);
    this.#isShown = true;
    this.#shownAtMs = this.#now();
  }

  /** Shows how far it has come, from time to time only. */
  count(text: () => string): void {
    if (this.#stream.isTTY === true && this.#now() - this.#shownAtMs >= INTERVAL_MS) this.show(text());
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#isShown) this.#stream.write('\r\u001b[K');
    this.#isShown = false;
  }
}
