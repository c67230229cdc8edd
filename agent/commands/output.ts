import type { Writable } from 'node:stream';
import { fileError } from '../errors.ts';

/** A stream of the process. When its reader has gone, as `head` does when it has enough, what is written goes nowhere. */
export class Output {
  readonly #stream: Writable;
  readonly #name: string;
  #isClosed = false;
  #failure: unknown;

  /** @param name how errors name it */
  constructor(stream: Writable, name: string) {
    this.#stream = stream;
    this.#name = name;
    stream.on('error', (error: NodeJS.ErrnoException) => this.#fail(error));
  }

  /** True when nobody reads any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves when it is on its way, so that a slow reader slows the writer. Rejects when it cannot be written. */
  async write(text: string): Promise<void> {
    if (this.#isClosed || text === '') return;
    await new Promise<void>((resolve) => {
      this.#stream.write(text, (error) => {
        if (error) this.#fail(error);
        resolve();
      });
    });
    if (this.#failure !== undefined) throw fileError(this.#failure, 'OutputFailed', this.#name);
  }

  /** A line. */
  line(text: string): Promise<void> {
    return this.write(`${text}\n`);
  }

  #fail(error: NodeJS.ErrnoException): void {
    this.#isClosed = true;
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') this.#failure ??= error;
  }
}
