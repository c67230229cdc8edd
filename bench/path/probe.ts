import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { STATUS } from '../gateway/connection.ts';
import { epochMs } from './moment.ts';

/** Between an answer and the next request, in milliseconds. */
const GAP_MS = 1;
const GIVE_UP_MS = 60_000;
const LIMIT_MS = 30_000;

/** Where the gateway leads a request. */
export type Answer = 'gray' | 'base';

/** What the requests of a probe came to. */
export interface Counts {
  readonly requests: number;
  /** Answers that were neither by the old rule nor by the new one, and those by the old rule after one by the new. */
  readonly odd: number;
  readonly failed: number;
}

interface Awaited {
  readonly answer: Answer;
  readonly resolve: (atMs: number) => void;
}

/** Asks the gateway the same again and again, on a connection that stays open, and looks on when the answer changes. */
export class Probe {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #port: number;
  readonly #working: Promise<void>;
  #isClosed = false;
  #current: Answer | undefined;
  #awaited: Awaited | undefined;
  #requests = 0;
  #odd = 0;
  #failed = 0;

  constructor(port: number) {
    this.#port = port;
    this.#working = this.#run();
  }

  get counts(): Counts {
    return { requests: this.#requests, odd: this.#odd, failed: this.#failed };
  }

  /**
   * Resolves with the Unix time, in milliseconds with fractions, of the first such answer; until then the one before is right as
   * well. Rejects when there is none for long.
   */
  async first(answer: Answer): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<number>((resolve, reject) => {
        this.#awaited = { answer, resolve };
        const late = (): void =>
          reject(new Error(`no answer ${answer} within ${GIVE_UP_MS / 1000} s: ${this.#told()}`));
        timer = setTimeout(late, GIVE_UP_MS);
      });
    } finally {
      clearTimeout(timer);
      this.#awaited = undefined;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#working;
    this.#agent.destroy();
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      const status = await this.#ask().catch(() => undefined);
      this.#requests += 1;
      if (status === undefined) this.#failed += 1;
      else this.#take(answerOf(status));
      await sleep(GAP_MS);
    }
  }

  #take(answer: Answer | undefined): void {
    if (answer !== undefined && answer === this.#awaited?.answer) {
      this.#current = answer;
      this.#awaited.resolve(epochMs());
      this.#awaited = undefined;
    } else if (answer === undefined || answer !== this.#current) {
      this.#odd += 1;
    }
  }

  #ask(): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const call = request({ ...REQUEST, port: this.#port, agent: this.#agent, timeout: LIMIT_MS }, (response) => {
        response.on('end', () => resolve(response.statusCode));
        response.on('error', reject);
        response.resume();
      });
      call.on('error', reject);
      call.on('timeout', () => call.destroy(new Error('no answer')));
      call.end();
    });
  }

  #told(): string {
    return `${this.#requests} requests, ${this.#failed} of them failed, ${this.#odd} answered otherwise`;
  }
}

/** A request of the user whom step 1 is for. */
const REQUEST = { host: '127.0.0.1', path: '/a', headers: { host: 'example.com', 'x-user-id': '100' } } as const;

function answerOf(status: number | undefined): Answer | undefined {
  if (status === STATUS.gray) return 'gray';
  return status === STATUS.base ? 'base' : undefined;
}
