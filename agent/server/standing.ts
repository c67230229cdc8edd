import type { View } from '../controller/view.ts';

/** True once everything was read, so that what the agent knows is all that there is. */
export function isSynced({ compiled, readings }: View): boolean {
  return compiled !== undefined && readings.every(({ state }) => state !== 'reading');
}

/** True when the target was last found or brought like the configuration in force, as far as this agent did that. */
export function isInSync({ compiled, lastPush }: View): boolean {
  if (compiled === undefined || lastPush === undefined) return false;
  const isDone = lastPush.outcome.kind === 'unchanged' || lastPush.outcome.kind === 'written';
  return isDone && lastPush.revision === (compiled.pluginConfig.revision ?? '');
}

/** One of the things that have to be so for an agent to be ready. */
export interface Check {
  readonly name: 'synced' | 'reading' | 'serving';
  readonly ok: boolean;
  /** Why not. */
  readonly message?: string;
}

/**
 * Whether the agent is ready, check by check.
 *
 * @param maxAgeMs how long a list or a sign of life of a watch may be ago; an idle watch is begun anew every minute
 */
export function readiness(view: View, nowMs: number, maxAgeMs: number): readonly Check[] {
  return [synced(view), reading(view, nowMs, maxAgeMs), serving(view)];
}

function synced(view: View): Check {
  if (isSynced(view)) return { name: 'synced', ok: true };
  const missing = view.readings
    .filter(({ state }) => state === 'reading')
    .map(({ resource, why }) => because(resource, why));
  return failed('synced', missing.length > 0 ? `not read yet: ${missing.join(', ')}` : 'nothing is compiled yet');
}

function reading({ readings }: View, nowMs: number, maxAgeMs: number): Check {
  const silent = readings
    .filter(({ state, lastProgressMs }) => state === 'synced' && nowMs - lastProgressMs > maxAgeMs)
    .map(({ resource, lastProgressMs, why }) =>
      because(`${resource} for ${Math.round((nowMs - lastProgressMs) / 1000)} s`, why),
    );
  return silent.length === 0
    ? { name: 'reading', ok: true }
    : failed('reading', `no list and no sign of life of the watch: ${silent.join(', ')}`);
}

function because(what: string, why: string | undefined): string {
  return why === undefined ? what : `${what} (${why})`;
}

function serving({ isStopping }: View): Check {
  return isStopping ? failed('serving', 'the agent is stopping') : { name: 'serving', ok: true };
}

function failed(name: Check['name'], message: string): Check {
  return { name, ok: false, message };
}
