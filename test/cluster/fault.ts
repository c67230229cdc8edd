/** A request that came through the proxy. */
export interface Passed {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly isWatch: boolean;
  /** What the client was answered; undefined before. */
  status?: number;
  /** Of `performance.now()`. */
  readonly atMs: number;
}

/** What goes wrong on the way to the API server and back. */
export type Effect =
  /** An answer in place of the server's, such as 410, 429 and 500. */
  | { readonly kind: 'answer'; readonly status: number; readonly reason: string; readonly retryAfterS?: number }
  /** It reaches the server late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The answer to a list is one of before: a server whose cache has fallen behind. By path. */
  | { readonly kind: 'stale'; readonly lists: ReadonlyMap<string, string> }
  /** It reaches the server, whose answer does not come back: the connection breaks. */
  | { readonly kind: 'lose' }
  /** The events of a watch do not arrive, while its connection stands. */
  | { readonly kind: 'swallow' }
  /** A watch breaks in the middle of the line of its next event. */
  | { readonly kind: 'cut' }
  /** The next event of a watch is the error that says so. */
  | { readonly kind: 'expire' };

export interface Fault {
  /** Which requests; default all. */
  readonly on?: (request: Passed) => boolean;
  /** How many requests, or events of a watch; default all. */
  readonly times?: number;
  readonly effect: Effect;
}

const OF_EVENTS: ReadonlySet<Effect['kind']> = new Set(['swallow', 'cut', 'expire']);

/** The faults of one proxy: they hold from when they are added until they are removed or used up. */
export class Faults {
  /** How often each has happened. */
  readonly happened = new Map<Effect['kind'], number>();
  readonly #open = new Map<Fault, number>();

  add(fault: Fault): void {
    this.#open.set(fault, fault.times ?? Number.POSITIVE_INFINITY);
  }

  clear(): void {
    this.#open.clear();
    this.happened.clear();
  }

  /** What is to happen to a request, and counts it. */
  ofRequest(request: Passed): Effect | undefined {
    return this.#next(request, ({ kind }) => !OF_EVENTS.has(kind));
  }

  /** What is to happen to an event of a watch that is open, and counts it. */
  ofEvent(watch: Passed): Effect | undefined {
    return this.#next(watch, ({ kind }) => OF_EVENTS.has(kind));
  }

  #next(request: Passed, fits: (effect: Effect) => boolean): Effect | undefined {
    for (const [fault, left] of this.#open) {
      if (!fits(fault.effect) || fault.on?.(request) === false) continue;
      if (left <= 1) this.#open.delete(fault);
      else this.#open.set(fault, left - 1);
      const { kind } = fault.effect;
      this.happened.set(kind, (this.happened.get(kind) ?? 0) + 1);
      return fault.effect;
    }
    return undefined;
  }
}

/** What the API server says when it refuses. */
export function statusObject(code: number, reason: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'by the test', reason, code };
}
