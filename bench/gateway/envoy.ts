import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../agent/targets/envoy/discovery.ts';
import { Child } from '../../demo/child.ts';

const STARTING_MS = 30_000;
const POLL_MS = 20;
/** Long enough for the threads to be off the processor, when their time is counted. */
const SETTLE_MS = 5;

/** An Envoy with one worker, alone on the first core where that can be had. */
export class BenchEnvoy {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  /** Rejects, with what Envoy wrote last, when it does not come up. */
  static async start(command: readonly string[], config: JsonObject, adminPort: number): Promise<BenchEnvoy> {
    const [program = '', ...before] = command;
    const folder = mkdtempSync(join(tmpdir(), 'graylane-bench-'));
    const file = join(folder, 'envoy.json');
    writeFileSync(file, JSON.stringify(config));
    const args = [...before, '-c', file, '--concurrency', '1', '--disable-hot-restart', '--log-level', 'error'];
    const child = new Child(program, args, process.env);
    const endWithUs = (): void => child.kill();
    process.once('exit', endWithUs);
    void child.exited.then(() => process.off('exit', endWithUs));
    try {
      await ready(child, adminPort);
    } catch (error) {
      await child.stop();
      throw error;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return new BenchEnvoy(child);
  }

  /** Nanoseconds for which its threads have run. */
  async cpuNanoseconds(): Promise<number> {
    await sleep(SETTLE_MS);
    const threads = `/proc/${this.#child.pid}/task`;
    return readdirSync(threads)
      .map((thread) => Number(readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ')[0]))
      .reduce((sum, nanoseconds) => sum + nanoseconds, 0);
  }

  /** Mebibytes of memory in use. */
  memoryMebibytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }
}

async function ready(child: Child, adminPort: number): Promise<void> {
  let death: string | undefined;
  void child.exited.then(({ how, lastWords }) => {
    death = `Envoy ended while it started: ${how}\n${lastWords}`;
  });
  const deadline = performance.now() + STARTING_MS;
  while (!(await isReady(adminPort))) {
    if (death !== undefined) throw new Error(death);
    if (performance.now() > deadline) throw new Error(`Envoy was not ready within ${STARTING_MS / 1000} s`);
    await sleep(POLL_MS);
  }
}

async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/ready`, { signal: AbortSignal.timeout(2000) }).then(
    async (response) => {
      await response.text();
      return response.ok;
    },
    () => false,
  );
}
