import { setTimeout as sleep } from 'node:timers/promises';
import { WrongAnswer } from './check.ts';
import { type Address, type Answer, type Curl, commandLine, send } from './curl.ts';

/** A client that asks all the time, also while things change. */
export interface Member {
  readonly who: string;
  readonly curl: Curl;
  /** False: no answer it gets may come from a gray instance. */
  readonly mayMeetGray: boolean;
}

const PAUSE_MS = 25;

/**
 * Clients that ask without a pause to think while the story goes on: whatever changes, each of their requests must be
 * answered, and only those who may meet gray do.
 */
export class Crowd {
  readonly #address: Address;
  readonly #stop = new AbortController();
  readonly #walks: readonly Promise<void>[];
  #answers = 0;

  /** Starts asking; `onWrong` is told of the first wrong answer only. */
  constructor(members: readonly Member[], address: Address, onWrong: (error: WrongAnswer) => void) {
    this.#address = address;
    this.#walks = members.map((member) => this.#walk(member, onWrong));
  }

  /** Right answers so far. */
  get answers(): number {
    return this.#answers;
  }

  /** Ends when the requests under way are over. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#walks);
  }

  async #walk(member: Member, onWrong: (error: WrongAnswer) => void): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const wrong = await this.#ask(member);
      if (signal.aborted) return;
      if (wrong !== undefined) {
        this.#stop.abort();
        onWrong(new WrongAnswer(wrong));
        return;
      }
      this.#answers++;
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** What is wrong with the answer to one request, if anything. */
  async #ask({ who, curl, mayMeetGray }: Member): Promise<string | undefined> {
    const given: Answer = await send(curl, this.#address, this.#stop.signal).catch((error: unknown) => ({
      status: 0,
      body: error instanceof Error ? error.message : String(error),
    }));
    if (given.status === 200 && (mayMeetGray || !given.body.includes('gray'))) return undefined;
    return [
      `wrong answer for ${who} while something changed`,
      `  request   ${commandLine(curl, this.#address)}`,
      `  expected  ${mayMeetGray ? 'an answer' : 'an answer of baseline instances only'}`,
      `  got       ${given.status === 200 ? '' : `status ${given.status}: `}${given.body}`,
    ].join('\n');
  }
}
