import { ChangeLog } from './controller/change-log.ts';
import type { Compilation } from './controller/compilation.ts';
import { ALONE } from './controller/leadership.ts';
import { Reconciler } from './controller/reconciler.ts';
import type { Target } from './controller/target.ts';
import { Workqueue } from './controller/workqueue.ts';
import type { Logger } from './log.ts';
import type { Source } from './sources/source.ts';

/** What an agent is made of. */
export interface AgentParts {
  readonly source: Source;
  readonly target: Target;
  readonly compilation: Compilation;
  readonly log: Logger;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** Retries: soon at first, since a rule may have to be withdrawn, and never rarer than every half minute. */
const LIMITS = { baseMs: 50, maxMs: 30_000 };

/** Keeps the target as the source says until the signal comes. Rejects when it cannot begin. */
export async function runAgent(
  { source, target, compilation, log, now }: AgentParts,
  signal: AbortSignal,
): Promise<void> {
  const queue = new Workqueue({ now: () => performance.now(), limits: LIMITS });
  const observers = [new ChangeLog(log)];
  const reconciler = new Reconciler({ source, target, compilation, queue, leadership: ALONE, observers, now });
  try {
    await reconciler.start();
    log.info('following', { target: target.name });
    await aborted(signal);
  } finally {
    await reconciler.stop();
  }
  log.info('stopped');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
