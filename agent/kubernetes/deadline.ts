import { ApiError } from './api-server.ts';

/** Ends one exchange with the API server: when its time is up, or when whoever wanted it does not any more. */
export class Deadline {
  readonly #cut = new AbortController();
  readonly #wish: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(wish: AbortSignal | undefined) {
    this.#wish = wish;
    if (wish?.aborted) this.#abort();
    wish?.addEventListener('abort', this.#abort, { once: true });
  }

  /** Aborts when the exchange is to end. */
  get signal(): AbortSignal {
    return this.#cut.signal;
  }

  /** From now on there is this much time, whatever was said before. */
  allow(ms: number, reason: 'NoAnswer' | 'Idle', message: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#cut.abort(new ApiError(message, { reason })), ms);
  }

  /** What the promise says, or the end of the time. */
  async race<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.#cut;
    if (signal.aborted) throw signal.reason;
    let stop = (): void => undefined;
    const end = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([promise, end]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** The error as an ApiError: the end of the time where that is what it stems from. */
  explain(error: unknown, what: string): ApiError {
    const found: unknown = this.#cut.signal.aborted ? this.#cut.signal.reason : error;
    if (found instanceof ApiError) return found;
    return new ApiError(`${what}: ${wordsOf(found)}`, { cause: found });
  }

  /** Nothing is timed or listened to any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#wish?.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => this.#cut.abort(new ApiError('given up', { reason: 'Aborted' }));
}

/** Some of Node's errors have nothing but a code, and the one for several addresses has them inside. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return wordsOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.message || String(Reflect.get(error, 'code') ?? error.name);
}
