import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiServer } from '../../agent/kubernetes/api-server.ts';
import { at } from '../../agent/model/json.ts';
import { rolloutPath } from './released-lane.ts';

/** How the controller answers an approval: it overwrites the first ones, as Kruise does to those that come too early. */
export interface Played {
  /** How many approvals are overwritten. */
  readonly overwrites: number;
  /** False: an approval that stays is not taken up. */
  readonly goesOn?: boolean;
}

/** Kruise's controller, as far as approvals go; as recorded in the trace s19. */
export class PlayedKruise {
  /** States of the step, in the order in which they were seen or written. */
  readonly states: unknown[] = [];
  readonly #api: ApiServer;
  readonly #path: string;
  readonly #played: Played;
  readonly #playing: Promise<void>;
  #isOver = false;
  #approvals = 0;

  constructor(api: ApiServer, namespace: string, name: string, played: Played) {
    this.#api = api;
    this.#path = rolloutPath(namespace, name);
    this.#played = played;
    this.#playing = this.#play();
  }

  /** How many approvals have come. */
  get approvals(): number {
    return this.#approvals;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#playing;
  }

  async #play(): Promise<void> {
    let before: unknown;
    while (!this.#isOver) {
      const rollout = await this.#api.request({ method: 'GET', path: this.#path });
      const step = at(rollout, 'status', 'canaryStatus', 'currentStepIndex');
      const state = at(rollout, 'status', 'canaryStatus', 'currentStepState');
      if (state !== before) this.states.push(state);
      if (state === 'StepReady' && before !== 'StepReady') await this.#approved(Number(step));
      before = state;
      await sleep(10);
    }
  }

  async #approved(step: number): Promise<void> {
    this.#approvals += 1;
    if (this.#approvals <= this.#played.overwrites) await this.#write(step, 'StepPaused');
    else if (this.#played.goesOn ?? true) await this.#write(step + 1, 'BeforeStepUpgrade');
  }

  async #write(step: number, state: string): Promise<void> {
    const canaryStatus = { currentStepIndex: step, currentStepState: state };
    await this.#api.request({
      method: 'PATCH',
      path: `${this.#path}/status`,
      contentType: 'application/merge-patch+json',
      body: { status: { currentStepIndex: step, currentStepState: state, canaryStatus } },
    });
  }
}
