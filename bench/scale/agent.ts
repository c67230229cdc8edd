import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../demo/ports.ts';
import { projectRoot } from '../../demo/project.ts';
import type { Cluster } from '../../test/cluster/cluster.ts';
import { ServerProcess } from '../../test/cluster/server-process.ts';
import { AGENT_USER } from './rights.ts';

/** Made by `scripts/bundle.mjs`, as in the image. */
export const BUNDLE: string = join(projectRoot(), 'dist', 'graylane.mjs');
/** With its packages, as npm installs it. */
export const FILES: string = join(projectRoot(), 'dist', 'agent', 'main.js');

/** As the image has it. */
const NODE_OPTIONS: readonly string[] = ['--max-old-space-size=352'];
const POLL_MS = 50;
/** Of the ticks in which /proc counts the time of a CPU. */
const TICK_MS = 10;

let count = 0;

/** `graylane run` in a process of its own, as the user whom the chart gives its rights to. */
export class Agent {
  readonly #process: ServerProcess;
  readonly #logFile: string;
  readonly #url: string;
  /** When it was started, by `performance.now()`. */
  readonly startedMs: number = performance.now();

  private constructor(process: ServerProcess, logFile: string, url: string) {
    this.#process = process;
    this.#logFile = logFile;
    this.#url = url;
  }

  /** @param program `BUNDLE` or `FILES` */
  static async start(cluster: Cluster, program: string, nodeOptions: readonly string[] = []): Promise<Agent> {
    const [kubeconfig, [port = 0]] = await Promise.all([cluster.kubeconfig(AGENT_USER), freePorts(1)]);
    count += 1;
    const logFile = join(cluster.folder, `agent-${count}.log`);
    const words = ['run', '--kubeconfig', kubeconfig, '--target', 'higress', '--log-format', 'json'];
    const args = [...NODE_OPTIONS, ...nodeOptions, program, ...words, '--listen', `127.0.0.1:${port}`];
    return new Agent(new ServerProcess(process.execPath, args, { logFile }), logFile, `http://127.0.0.1:${port}`);
  }

  /** How its time of CPU has grown, in milliseconds. */
  get cpuMs(): number {
    const [, fields = ''] = /\) (.*)\n/.exec(readFileSync(`/proc/${this.#pid}/stat`, 'utf8')) ?? [];
    const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
    return (user + system) * TICK_MS;
  }

  /** Its memory now, and the most that it ever was, in mebibytes. */
  get memory(): { readonly rss: number; readonly peak: number } {
    const text = readFileSync(`/proc/${this.#pid}/status`, 'utf8');
    const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1024;
    return { rss: of('VmRSS'), peak: of('VmHWM') };
  }

  /** Resolves when it says that it is ready, with how long that took. Rejects with its last words when it died. */
  async ready(withinMs: number): Promise<number> {
    for (;;) {
      this.check();
      const response = await fetch(`${this.#url}/readyz`).catch(() => undefined);
      await response?.body?.cancel();
      const tookMs = performance.now() - this.startedMs;
      if (response?.ok) return tookMs;
      if (tookMs > withinMs) throw new Error(`the agent is not ready after ${withinMs / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Sum of a metric of its own over all labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.#url}/metrics`)).text();
    const values = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** Gives what tells how long that took on the average since, by a histogram of its own, in milliseconds. */
  async timer(name: string): Promise<() => Promise<number>> {
    const read = (): Promise<readonly number[]> =>
      Promise.all([this.metric(`${name}_sum`), this.metric(`${name}_count`)]);
    const [sum = 0, count = 0] = await read();
    return async () => {
      const [nextSum = 0, nextCount = 0] = await read();
      return (1000 * (nextSum - sum)) / (nextCount - count);
    };
  }

  /** Everything that it logged as a warning or an error. */
  get complaints(): readonly string[] {
    return readFileSync(this.#logFile, 'utf8')
      .split('\n')
      .filter((line) => /"level":"(warn|error)"/.test(line));
  }

  /** Throws when it is not running any more. */
  check(): void {
    if (this.#process.died !== undefined) throw new Error(`the agent ended: ${this.#process.lastWords}`);
  }

  end(): Promise<void> {
    return this.#process.end();
  }

  get #pid(): number {
    this.check();
    return this.#process.pid ?? 0;
  }
}
