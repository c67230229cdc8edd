import { ApiError } from '../kubernetes/api-server.ts';
import { isExpired } from '../kubernetes/status.ts';
import type { Logger } from '../log.ts';

interface HealthOptions {
  readonly path: string;
  readonly log: Logger;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  /** Called when `trouble` changed. */
  readonly onTrouble: () => void;
}

/** How a reflector gets on. What is wrong is told once, until it is something else or over. */
export class Health {
  readonly #options: HealthOptions;
  #lastProgressMs = 0;
  #trouble: ApiError | undefined;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  /** Unix time in milliseconds; 0 before the first. */
  get lastProgressMs(): number {
    return this.#lastProgressMs;
  }

  /** What was wrong the last time, until it works again. */
  get trouble(): ApiError | undefined {
    return this.#trouble;
  }

  /** It works. */
  progressed(): void {
    const { path, log, now, onTrouble } = this.#options;
    this.#lastProgressMs = now();
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    log.info('reading again', { path });
    onTrouble();
  }

  /** It does not, and is tried again. */
  failed(trouble: ApiError, waitMs: number): void {
    const { path, log, onTrouble } = this.#options;
    const isNews = this.#trouble?.reason !== trouble.reason;
    this.#trouble = trouble;
    const { status, reason, message } = trouble;
    const level = isNews && !isExpired(trouble) ? 'warn' : 'debug';
    log[level]('reading interrupted', { path, status, reason, message, waitMs: Math.round(waitMs) });
    if (isNews) onTrouble();
  }
}

/** Whatever was thrown, as an ApiError. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(String(error), { cause: error });
}
