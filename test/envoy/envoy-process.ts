import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from '../../demo/child.ts';
import { envoy } from './binary.ts';

/** How long anything may take before a test gives up. */
const PATIENCE_MS = 30_000;
const POLL_MS = 2;

/** An Envoy that was started on `envoy.json` in a folder. */
export class EnvoyProcess {
  readonly #child: Child;
  readonly #logPath: string;
  readonly #adminPath: string;
  #died: string | undefined;

  private constructor(folder: string, concurrency: number) {
    this.#logPath = join(folder, 'envoy.log');
    this.#adminPath = join(folder, 'admin-address');
    const args = ['-c', join(folder, 'envoy.json'), '--concurrency', String(concurrency), '--disable-hot-restart'];
    const log = ['--log-level', 'warning', '--log-path', this.#logPath, '--file-flush-interval-msec', '5'];
    const admin = ['--admin-address-path', this.#adminPath];
    this.#child = new Child(envoy().path, [...args, ...log, ...admin], process.env);
    // Should the test be ended in the middle, its Envoy is not to go on.
    const kill = (): void => this.#child.kill();
    process.once('exit', kill);
    void this.#child.exited.then(({ how, lastWords }) => {
      process.off('exit', kill);
      this.#died = `${how}\n${lastWords}`;
    });
  }

  /** Resolves when it is live. Rejects with what it said when it ends before. */
  static async start(folder: string, concurrency: number): Promise<EnvoyProcess> {
    const process = new EnvoyProcess(folder, concurrency);
    try {
      await process.until('it is ready', async () => (await process.admin('/ready')).startsWith('LIVE'));
    } catch (error) {
      await process.stop();
      throw error;
    }
    return process;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What the admin interface answers. */
  async admin(path: string): Promise<string> {
    const address = await readFile(this.#adminPath, 'utf8');
    const answer = await fetch(`http://${address.trim()}${path}`);
    return answer.text();
  }

  /** Ports of the listeners, by their names. */
  async ports(): Promise<ReadonlyMap<string, number>> {
    const lines = (await this.admin('/listeners')).trim().split('\n');
    return new Map(lines.map((line) => [line.split('::')[0] ?? '', Number(/:(\d+)$/.exec(line)?.[1])]));
  }

  /** Value of a metric as Prometheus reads it; undefined where there is none. */
  async metric(name: string): Promise<number | undefined> {
    const text = await this.admin('/stats/prometheus');
    const value = new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1];
    return value === undefined ? undefined : Number(value);
  }

  /** What Envoy has logged at warning and above, as far as it is written. */
  log(): Promise<string> {
    return readFile(this.#logPath, 'utf8');
  }

  /** The first line with all of these texts that Envoy logs, now or soon, after so many characters. */
  async logLine(after: number, ...texts: readonly string[]): Promise<string> {
    let found: string | undefined;
    await this.until(`it logs ${texts.join(' and ')}`, async () => {
      const lines = (await this.log()).slice(after).split('\n').slice(0, -1);
      found = lines.find((line) => texts.every((text) => line.includes(text)));
      return found !== undefined;
    });
    return found ?? '';
  }

  /** Waits until the condition holds; rejects, with what Envoy logged, when it does not come to that. */
  async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!(await condition().catch(() => false))) {
      if (this.#died === undefined && performance.now() < deadline) await sleep(POLL_MS);
      else
        throw new Error(`Envoy: ${this.#died ?? `waited in vain until ${what}`}\n${await this.log().catch(() => '')}`);
    }
  }

  /** Waits for something that Envoy causes; rejects, with what it logged, when it does not come. */
  async soon(event: Promise<unknown>, what: string): Promise<void> {
    let isThere = false;
    void event.then(() => {
      isThere = true;
    });
    await this.until(what, async () => isThere);
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }
}
