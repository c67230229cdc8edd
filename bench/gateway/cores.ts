import { run } from '../../demo/child.ts';

const LIMIT_MS = 5000;

/** Keeps the gateway on one core and this process on another. */
export interface Cores {
  /** What the gateway's command begins with. */
  readonly command: readonly string[];
  /** What was done, for the reader of the results. */
  readonly text: string;
}

/** Moves this process to the second core where there is one. */
export async function separateCores(): Promise<Cores> {
  const limits = { env: process.env, signal: new AbortController().signal, limitMs: LIMIT_MS };
  const { succeeded } = await run('taskset', ['-a', '-c', '-p', '1', `${process.pid}`], limits);
  if (!succeeded) return { command: [], text: 'not bound to cores' };
  return { command: ['taskset', '-c', '0'], text: 'bound to one core, the client to another' };
}
