import type { Explainer } from './commands/explainer.ts';
import { ChangeLog } from './controller/change-log.ts';
import type { Compilation } from './controller/compilation.ts';
import { EventObserver } from './controller/event-observer.ts';
import type { Leader } from './controller/leader.ts';
import { ALONE } from './controller/leadership.ts';
import type { Observer } from './controller/observer.ts';
import { Reconciler } from './controller/reconciler.ts';
import type { Target } from './controller/target.ts';
import { Workqueue } from './controller/workqueue.ts';
import type { EventRecorder } from './kubernetes/events.ts';
import type { Logger } from './log.ts';
import { Metrics } from './server/metrics.ts';
import { startServer } from './server/server.ts';
import type { Source } from './sources/source.ts';

/** What an agent is made of. */
export interface AgentParts {
  readonly source: Source;
  readonly target: Target;
  readonly compilation: Compilation;
  /** Absent: there are no others. */
  readonly leader?: Leader;
  /** Where what becomes of lanes is told; with `leader` only. */
  readonly events?: EventRecorder;
  /** Where probes, metrics and the API are served; absent: nowhere. */
  readonly listen?: { readonly host: string; readonly port: number };
  readonly explain: (config: string) => Explainer;
  readonly log: Logger;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** Retries: soon at first, since a rule may have to be withdrawn, and never rarer than every half minute. */
const LIMITS = { baseMs: 50, maxMs: 30_000 };

/** Keeps the target as the source says until the signal comes. Rejects when it cannot begin. */
export async function runAgent(parts: AgentParts, signal: AbortSignal): Promise<void> {
  const { source, target, compilation, leader, events, listen, explain, log, now } = parts;
  const metrics = new Metrics(now);
  const queue = new Workqueue({ now: () => performance.now(), limits: LIMITS, observer: metrics.queue });
  const elected = new AbortController();
  const leadership = leader ?? ALONE;
  let election: Promise<void> | undefined;
  // One that has not read and compiled everything could not write, and would only keep the others from it.
  const candidate: Observer = {
    compiled: () => {
      election ??= leader?.run(elected.signal);
    },
  };
  const observers = [
    new ChangeLog(log),
    metrics,
    ...(events ? [new EventObserver(events, leadership)] : []),
    candidate,
  ];
  const view = new Reconciler({ source, target, compilation, queue, leadership, observers, now });
  leader?.onChange(() => view.reconcile());
  const server = listen && (await startServer({ listen, view, metrics, explain, log, now }));
  try {
    log.info('following', { target: target.name });
    // A start takes as long as the API server is away.
    await Promise.race([view.start().then(() => aborted(signal)), aborted(signal)]);
    log.info('stopping');
  } finally {
    // Nothing is written any more once the lease is given up.
    await view.stop();
    elected.abort();
    await Promise.all([election, events?.close()]);
    await server?.close();
  }
  log.info('stopped');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
