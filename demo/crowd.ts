import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { WrongAnswer } from './check.ts';
import { type Address, type Answer, type Curl, commandLine, send } from './curl.ts';
import type { Switch } from './switch.ts';

/** A client that asks all the time, also while things change. */
export interface Member {
  readonly who: string;
  readonly curl: Curl;
  /** False: no answer it gets may come from a gray instance. */
  readonly mayMeetGray: boolean;
  /** What each answer is like, whoever gave it. */
  readonly shape: RegExp;
}

/** Connections of each client: one request is under way on each. */
const CONNECTIONS = 2;
/** Between the end of a request and the next one, when there is no hurry. */
const PAUSE_MS = 25;

/**
 * Clients that ask all the time while the story goes on: whatever changes, each of their requests must be answered, and only
 * those who may meet gray do.
 */
export class Crowd {
  readonly #address: Address;
  readonly #stop = new AbortController();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #walks: readonly Promise<void>[];
  #switches: ReadonlyMap<string, Switch> = new Map();
  #answers = 0;

  /** Starts asking; `onWrong` is told of the first wrong answer only. */
  constructor(members: readonly Member[], address: Address, onWrong: (error: WrongAnswer) => void) {
    this.#address = address;
    this.#walks = members.flatMap((member) => Array.from({ length: CONNECTIONS }, () => this.#walk(member, onWrong)));
  }

  /** Right answers so far. */
  get answers(): number {
    return this.#answers;
  }

  /** From now on these look at the answers, by who gets them. While there are any, nobody pauses between requests. */
  observe(switches: ReadonlyMap<string, Switch>): void {
    this.#switches = switches;
  }

  /** Ends when the requests under way are over. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#walks);
    this.#agent.destroy();
  }

  async #walk(member: Member, onWrong: (error: WrongAnswer) => void): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const observer = this.#switches.get(member.who);
      const given = await this.#ask(member);
      if (signal.aborted) return;
      const wrong = this.#wrongIn(given, member);
      if (wrong !== undefined) {
        this.#stop.abort();
        onWrong(new WrongAnswer(wrong));
        return;
      }
      this.#answers++;
      observer?.take(given.body, performance.now());
      if (this.#switches.size === 0) await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  #ask({ curl }: Member): Promise<Answer> {
    return send(curl, this.#address, this.#stop.signal, this.#agent).catch((error: unknown) => ({
      status: 0,
      body: error instanceof Error ? error.message : String(error),
    }));
  }

  /** What is wrong with an answer, whatever goes on. */
  #wrongIn(given: Answer, { who, curl, mayMeetGray, shape }: Member): string | undefined {
    const isWhole = given.status === 200 && shape.test(given.body);
    if (isWhole && (mayMeetGray || !given.body.includes('gray'))) return undefined;
    return [
      `wrong answer for ${who} while something changed`,
      `  request   ${commandLine(curl, this.#address)}`,
      `  expected  ${mayMeetGray ? 'an answer' : 'an answer of baseline instances only'}`,
      `  got       ${given.status === 200 ? '' : `status ${given.status}: `}${given.body}`,
    ].join('\n');
  }
}
