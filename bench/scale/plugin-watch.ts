import { collectionPath, objectPath } from '../../agent/kubernetes/resource.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';
import type { Cluster } from '../../test/cluster/cluster.ts';
import { groundOf } from './stock.ts';

const PLUGIN = 'graylane';
const COLLECTION = collectionPath(HIGRESS.resource, HIGRESS.namespace);
export const PLUGIN_PATH = objectPath(HIGRESS.resource, HIGRESS.namespace, PLUGIN);
const IDLE_MS = 600_000;

interface Waiter {
  readonly isIt: (line: string) => boolean;
  readonly seen: (atMs: number) => void;
  readonly failed: (why: string) => void;
}

/** What the API server says of the WasmPlugin, line by line as it comes: a gateway sees it at the same time. */
export class PluginWatch {
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #waiters = new Set<Waiter>();
  #last = '';
  #lines = 0;

  constructor(cluster: Cluster, name = PLUGIN) {
    this.#running = this.#follow(cluster, name);
  }

  /** How often it was changed, status included. */
  get lines(): number {
    return this.#lines;
  }

  /** What it is like. */
  get last(): string {
    return this.#last;
  }

  /** When it became so, by `performance.now()`; at once if it is. Rejects when that takes too long, or this ends. */
  until(isIt: (line: string) => boolean, withinMs: number): Promise<number> {
    if (isIt(this.#last)) return Promise.resolve(performance.now());
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const seen = (atMs: number): void => {
        done();
        resolve(atMs);
      };
      const failed = (why: string): void => {
        done();
        reject(new Error(`the WasmPlugin did not become as it should: ${why}`));
      };
      const waiter = { isIt, seen, failed };
      const timer = setTimeout(() => failed(`not within ${withinMs / 1000} s`), withinMs);
      this.#waiters.add(waiter);
    });
  }

  async end(): Promise<void> {
    this.#stop.abort();
    for (const waiter of [...this.#waiters]) waiter.failed('nobody waits any more');
    await this.#running;
  }

  async #follow({ admin }: Cluster, name: string): Promise<void> {
    const { signal } = this.#stop;
    try {
      while (!signal.aborted) {
        const query = { watch: 1, fieldSelector: `metadata.name=${name}` };
        for await (const line of admin.lines({ method: 'GET', path: COLLECTION, query, idleMs: IDLE_MS, signal })) {
          this.#take(line);
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #take(line: string): void {
    const atMs = performance.now();
    this.#last = line;
    this.#lines += 1;
    for (const waiter of [...this.#waiters]) if (waiter.isIt(line)) waiter.seen(atMs);
  }
}

/** Whether so many rules are in it. */
export function hasRules(count: number): (line: string) => boolean {
  const begins = '"conditions":[{"kind"';
  return (line) => [begins, quoted(begins)].some((text) => line.split(text).length - 1 >= count);
}

/** Whether that piece of JSON is in it, be it in rules that are stored as one text. */
export function shows(line: string, json: string): boolean {
  return line.includes(json) || line.includes(quoted(json));
}

function quoted(json: string): string {
  return JSON.stringify(json).slice(1, -1);
}

/** Puts a WasmPlugin without a configuration into its place. */
export async function resetPlugin({ admin }: Cluster): Promise<void> {
  await admin.request({ method: 'DELETE', path: PLUGIN_PATH });
  const [plugin] = groundOf({ lanes: 0, namespaces: 0 }).slice(-1);
  await admin.request({ method: 'POST', path: COLLECTION, body: plugin });
}
