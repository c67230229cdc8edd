import { Problem } from './problem.ts';
import type { App } from './routing.ts';

/** How many may wait for their turn. More are refused, before anything is worked out for them. */
const MAX_WAITING = 16;

/**
 * Gives one after another its turn, and the rest of the agent at least as much time as they take: however many ask, and however
 * costly it is what they ask for, probes are answered and the target is kept true.
 */
class Turns {
  readonly #waiting: (() => void)[] = [];
  #isBusy = false;

  /** Rejects with a Problem when too many wait. */
  async take<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#isBusy) await this.#turn();
    this.#isBusy = true;
    const startMs = performance.now();
    try {
      return await work();
    } finally {
      // By then the answer was written too.
      setImmediate(() => setTimeout(() => this.#next(), performance.now() - startMs));
    }
  }

  /** Throws a Problem when too many wait. */
  check(): void {
    if (this.#waiting.length >= MAX_WAITING) throw new Problem('Busy', 'Too many ask at once.');
  }

  #turn(): Promise<void> {
    this.check();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #next(): void {
    const resolve = this.#waiting.shift();
    if (resolve === undefined) this.#isBusy = false;
    else resolve();
  }
}

/** Has the routes of the API, which may take long, answer one request after another; probes and metrics wait for nobody. */
export function inTurns(app: App): void {
  const turns = new Turns();
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/api/')) return;
    const { handler } = route;
    // Before the body is read, which is costly too.
    route.onRequest = [route.onRequest ?? [], async () => turns.check()].flat();
    route.handler = function (request, reply) {
      return turns.take(() => handler.call(this, request, reply));
    };
  });
}
