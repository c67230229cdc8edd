import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { textAt } from '../../agent/model/json.ts';
import { projectRoot } from '../../demo/project.ts';
import type { Cluster } from '../../test/cluster/cluster.ts';
import { comesUp } from '../../test/cluster/coming-up.ts';
import { ServerProcess } from '../../test/cluster/server-process.ts';

/** The built `graylane run` in a process of its own, which follows a cluster and tells what it does. */
export class MeasuredAgent {
  readonly #process: ServerProcess;
  readonly #logFile: string;

  private constructor(cluster: Cluster, kubeconfig: string, words: readonly string[]) {
    this.#logFile = join(cluster.folder, 'agent.log');
    const main = join(projectRoot(), 'dist', 'agent', 'main.js');
    const given = ['run', '--kubeconfig', kubeconfig, '--log-format', 'json', ...words];
    this.#process = new ServerProcess(process.execPath, [main, ...given], { logFile: this.#logFile });
  }

  /** Resolves when it has written for the first time. Rejects with what it said when it does not. */
  static async start(cluster: Cluster, words: readonly string[]): Promise<MeasuredAgent> {
    const agent = new MeasuredAgent(cluster, await cluster.kubeconfig(), words);
    await comesUp('graylane run', agent.#process, () => agent.moments('updated').length > 0);
    return agent;
  }

  /** Unix times, in milliseconds, of what it logged with that message. */
  moments(message: string): readonly number[] {
    if (!existsSync(this.#logFile)) return [];
    const lines = readFileSync(this.#logFile, 'utf8').split('\n').slice(0, -1);
    const told = lines.flatMap((line): readonly unknown[] => (line.startsWith('{') ? [JSON.parse(line)] : []));
    return told.filter((one) => textAt(one, 'msg') === message).map((one) => Date.parse(textAt(one, 'time') ?? ''));
  }

  kill(): Promise<void> {
    return this.#process.kill();
  }
}
