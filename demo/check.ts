import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, type Answer, type Curl, commandLine, send } from './curl.ts';

/** A request together with the only answer that is right at this point of the story. */
export interface Check {
  /** Who asks, in a few words. */
  readonly who: string;
  readonly curl: Curl;
  /** What the body must match. */
  readonly right: RegExp;
  /** What `right` means, for people. */
  readonly expected: string;
  /**
   * True where something has just changed for this client: answers may then be the old ones for a short while. False:
   * nothing changed for this client, so already the first answer must be right.
   */
  readonly settles: boolean;
}

/** How long a change may take to arrive at the gateway. */
const SETTLING_MS = 10_000;
const POLL_MS = 10;
/** How often the right answer must come, one after the other, once it has come. */
const STEADY = 20;

/** The first wrong answer of the story. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

export interface Verdict {
  /** The last right answer. */
  readonly answer: string;
  /** How many answers in a row were right. */
  readonly times: number;
}

/** Asks until the answer is right, where it may still change, and then requires it to stay right. */
export async function verify(check: Check, address: Address, signal: AbortSignal): Promise<Verdict> {
  if (check.settles) await settle(check, address, signal);
  let answer = '';
  for (let count = 1; count <= STEADY; count++) {
    const given = await send(check.curl, address, signal);
    if (!isRight(check, given)) throw new WrongAnswer(complaint(check, address, given, `answer ${count} of ${STEADY}`));
    answer = given.body;
  }
  return { answer, times: STEADY };
}

async function settle(check: Check, address: Address, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + SETTLING_MS;
  while (true) {
    const given = await send(check.curl, address, signal);
    if (isRight(check, given)) return;
    if (performance.now() > deadline) {
      throw new WrongAnswer(complaint(check, address, given, `still after ${SETTLING_MS / 1000} s`));
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

function isRight(check: Check, given: Answer): boolean {
  return given.status === 200 && check.right.test(given.body);
}

function complaint(check: Check, address: Address, given: Answer, when: string): string {
  return [
    `wrong answer for ${check.who} (${when})`,
    `  request   ${commandLine(check.curl, address)}`,
    `  expected  ${check.expected}`,
    `  got       ${given.status === 200 ? '' : `status ${given.status}: `}${given.body}`,
  ].join('\n');
}
