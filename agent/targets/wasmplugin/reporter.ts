import { ApiError } from '../../kubernetes/api-server.ts';
import { apiFailure } from '../../kubernetes/failure.ts';
import type { Logger } from '../../log.ts';
import type { Visit, Wanted } from './applier.ts';
import { conflictOf, conflictText } from './conflict.ts';
import type { Flavour } from './flavour.ts';
import type { Live } from './live.ts';
import { type Problem, problem } from './reasons.ts';
import { isFlip, isStatusOf, statusOf } from './status.ts';
import type { Writer } from './writer.ts';

/**
 * What is only newer waits so long after the last write of a status, in milliseconds: each one stores the whole WasmPlugin
 * once more and sends it to all who watch it.
 */
const SPACING_MS = 1000;

/**
 * And so many times as long as that write took: a configuration that comes meanwhile has to wait, and a large WasmPlugin, or a busy
 * server, shall have its time for those. A megabyte takes a third of a second.
 */
const SPACING_FACTOR = 30;

/** But never longer than this, in milliseconds. */
const MAX_SPACING_MS = 10_000;

/** Until a status that could not be written is tried again, in milliseconds. */
const RETRY_MS = 15_000;

export interface ReporterOptions {
  readonly writer: Writer;
  readonly flavour: Flavour;
  readonly log: Logger;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  /** Called when there is something to report that was put off. */
  readonly again: () => void;
}

/** Says in the status of a WasmPlugin how it stands. */
export class Reporter {
  readonly #writer: Writer;
  readonly #flavour: Flavour;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #again: () => void;
  #nextMs = 0;
  #spacingMs = SPACING_MS;
  #timer: NodeJS.Timeout | undefined;
  #problem: Problem | undefined;

  constructor({ writer, flavour, log, now, again }: ReporterOptions) {
    this.#writer = writer;
    this.#flavour = flavour;
    this.#log = log;
    this.#now = now;
    this.#again = again;
  }

  /** Why the status could not be written the last time. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /**
   * Writes the status if it says something else. Never rejects: what fails is tried again.
   *
   * @returns the WasmPlugin as it is then
   */
  async report({ live, problem: cause }: Visit, { config }: Wanted, signal: AbortSignal): Promise<Live | undefined> {
    if (live === undefined || signal.aborted) return live;
    const nowMs = this.#now();
    const { revision = '', rules = [] } = config;
    const flavour = this.#flavour;
    const status = statusOf({ live, revision, rules: rules.length, problem: cause, flavour, nowMs });
    if (isStatusOf(live, status)) {
      this.#done();
      return live;
    }
    const waitMs = isFlip(live, status) ? 0 : this.#waitMs(nowMs);
    if (waitMs > 0) {
      this.#later(waitMs);
      return live;
    }
    try {
      const answer = await this.#writer.status(status, live.uid, signal);
      const endMs = this.#now();
      this.#spacingMs = Math.min(Math.max(SPACING_MS, SPACING_FACTOR * (endMs - nowMs)), MAX_SPACING_MS);
      this.#nextMs = endMs + this.#spacingMs;
      this.#done();
      return answer.uid === live.uid ? answer : live;
    } catch (error) {
      this.#failed(error, signal);
      return live;
    }
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #waitMs(nowMs: number): number {
    const waitMs = this.#nextMs - nowMs;
    // A clock that was put back must not keep the status from being written.
    return waitMs > this.#spacingMs ? 0 : waitMs;
  }

  #done(): void {
    clearTimeout(this.#timer);
    this.#problem = undefined;
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#again(), ms);
  }

  #failed(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#later(RETRY_MS);
    const what = reasonOf(error);
    const isNews = this.#problem === undefined;
    this.#problem = problem('StatusNotWritten', what);
    if (isNews) this.#log.warn('cannot write the status', { message: what });
  }
}

function reasonOf(error: unknown): string {
  const conflict = error instanceof ApiError ? conflictOf(error) : undefined;
  if (conflict !== undefined) return conflictText(conflict);
  const failure = apiFailure(error, 'write the status');
  return (failure instanceof Error ? failure.message : String(failure)).replace(/\.\s*$/, '');
}
