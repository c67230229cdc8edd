import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerProcess } from './server-process.ts';

const PATIENCE_MS = 60_000;
const POLL_MS = 20;
const ANSWER_MS = 2000;

/** Resolves when the server is up. Ends it and rejects, with what it said last, when it dies before or takes too long. */
export async function comesUp(
  name: string,
  server: ServerProcess,
  isUp: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isUp())) {
    const { died } = server;
    if (died !== undefined || performance.now() > deadline) {
      await server.kill();
      throw new Error(`${name} does not come up: ${died ?? 'too slow'}\n${server.lastWords}`);
    }
    await sleep(POLL_MS);
  }
}

/** Whether a server on that port of 127.0.0.1 says at `/ready` that it is. */
export function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/ready`, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
    async (response) => {
      await response.text();
      return response.ok;
    },
    () => false,
  );
}
