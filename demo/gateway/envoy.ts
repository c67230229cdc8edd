import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ports } from '../agent.ts';
import { Child, type Exit } from '../child.ts';
import { send } from '../curl.ts';
import { DemoFailure } from '../failure.ts';
import { PortTaken } from '../ports.ts';
import type { EnvoyBinary } from './envoy-binary.ts';
import type { Gateway } from './gateway.ts';

export interface EnvoySurroundings {
  /** Where the agent writes; `envoy.json` is there. */
  readonly folder: string;
  /** Told of the process at once, so that it can be ended. */
  readonly started: (child: Child) => void;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

const STARTING_MS = 30_000;
const POLL_MS = 20;

/** Starts Envoy on the agent's files; resolves when it serves. Rejects with PortTaken, or with DemoFailure when it does not start. */
export async function startEnvoy(
  { path, version, source }: EnvoyBinary,
  ports: Ports,
  { folder, started, env, signal }: EnvoySurroundings,
): Promise<Gateway> {
  const bootstrap = join(folder, 'envoy.json');
  const args = ['-c', bootstrap, '--concurrency', '1', '--disable-hot-restart', '--log-level', 'warning'];
  const child = new Child(path, args, env);
  started(child);
  let exit: Exit | undefined;
  void child.exited.then((how) => {
    exit = how;
  });
  const deadline = performance.now() + STARTING_MS;
  while (!(await isReady(ports.admin, signal))) {
    if (exit !== undefined) throw startFailure(exit);
    if (performance.now() > deadline) throw new DemoFailure(`Envoy was not ready within ${STARTING_MS / 1000} s`);
    await sleep(POLL_MS, undefined, { signal });
  }
  const origin = source === 'PyPI' ? 'from PyPI' : `${path}, from ${source}`;
  return {
    name: `Envoy ${version} (${origin})`,
    ports,
    adminPort: ports.admin,
    died: child.exited.then(({ how, lastWords }) => `Envoy ended by itself: ${how}\n${lastWords}`),
  };
}

async function isReady(port: number, signal: AbortSignal): Promise<boolean> {
  const answer = await send({ headers: [] }, { port, host: 'localhost', path: '/ready' }, signal).catch(
    () => undefined,
  );
  signal.throwIfAborted();
  return answer?.status === 200;
}

function startFailure({ how, lastWords }: Exit): Error {
  if (/address already in use/i.test(lastWords)) return new PortTaken(lastWords);
  return new DemoFailure(`Envoy ended while it started: ${how}\n${lastWords}`);
}
