import { setTimeout as sleep } from 'node:timers/promises';
import { objectPath, ROLLOUT } from '../../agent/kubernetes/resource.ts';
import type { Cluster } from '../../test/cluster/cluster.ts';
import type { Application } from '../compile/cluster.ts';
import { type PluginWatch, shows } from './plugin-watch.ts';
import { statusAt, traceOf } from './stock.ts';

const PATIENCE_MS = 60_000;
/** At most so many of those that nobody waits for are under way. */
const MAX_WAITING = 40;
const TICK_MS = 20;
/** Pauses between changes that are measured, in milliseconds: so that they fall on any moment of what goes on. */
export const PAUSE = {
  amid: { minMs: 0, maxMs: 100 },
  /** After a write an API server and a garbage collector go on for a while with what has to do with it. */
  alone: { minMs: 250, maxMs: 500 },
} as const;

/** Resolves after such a pause. */
export function pause({ minMs, maxMs }: (typeof PAUSE)[keyof typeof PAUSE]): Promise<void> {
  return sleep(minMs + Math.random() * (maxMs - minMs));
}

/** Releases that move on. */
export class Steps {
  readonly #cluster: Cluster;
  readonly #watch: PluginWatch;
  readonly #steps = new Map<Application, number>();

  constructor(cluster: Cluster, watch: PluginWatch) {
    this.#cluster = cluster;
    this.#watch = watch;
  }

  /** Lets the entry's release move on to its next step. */
  async move(entry: Application): Promise<number> {
    const step = ((this.#steps.get(entry) ?? 1) % 3) + 1;
    this.#steps.set(entry, step);
    await this.#cluster.admin.request({
      method: 'PATCH',
      path: objectPath(ROLLOUT[0], entry.namespace, entry.name, 'status'),
      contentType: 'application/merge-patch+json',
      body: { status: statusAt(entry, step) },
    });
    return step;
  }

  /**
   * From the moment in which a change is sent to the API server until the API server tells of the WasmPlugin that has it, in
   * milliseconds, for so many changes one after the other.
   */
  async measure(
    entries: readonly Application[],
    changes: number,
    between: keyof typeof PAUSE,
  ): Promise<readonly number[]> {
    const times: number[] = [];
    while (times.length < changes) {
      const entry = entries[(times.length * 31) % entries.length];
      if (entry === undefined) break;
      await pause(PAUSE[between]);
      const trace = traceOf(entry, ((this.#steps.get(entry) ?? 1) % 3) + 1);
      const seen = this.#watch.until((line) => shows(line, trace), PATIENCE_MS);
      const startMs = performance.now();
      const [seenMs] = await Promise.all([seen, this.move(entry)]);
      times.push(seenMs - startMs);
    }
    return times;
  }

  /** Lets others move on, so many a second, until the work is done. Resolves with what that gives, and how many really did. */
  async amid<T>(
    entries: readonly Application[],
    perSecond: number,
    work: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly perSecond: number }> {
    let [moved, sent] = [0, 0];
    const failures: unknown[] = [];
    const startMs = performance.now();
    const timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startMs) / 1000) * perSecond);
      while (sent < due && sent - moved - failures.length < MAX_WAITING) {
        const entry = entries[(sent * 17) % entries.length];
        sent += 1;
        if (entry === undefined) return;
        this.move(entry).then(
          () => {
            moved += 1;
          },
          (error: unknown) => failures.push(error),
        );
      }
    }, TICK_MS);
    try {
      const result = await work();
      if (failures.length > 0) throw new Error(`${failures.length} changes failed: ${failures[0]}`);
      return { result, perSecond: moved / ((performance.now() - startMs) / 1000) };
    } finally {
      clearInterval(timer);
    }
  }
}
