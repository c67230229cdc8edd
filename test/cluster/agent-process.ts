import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT } from '../cli/built.ts';
import type { Cluster } from './cluster.ts';
import { ServerProcess } from './server-process.ts';

let count = 0;

export interface AgentOptions {
  /** Path of the kubeconfig. */
  readonly kubeconfig: string;
  /** Whose WasmPlugin it writes; default `higress`. */
  readonly target?: 'higress' | 'istio';
  /** More words of the command line. */
  readonly words?: readonly string[];
}

/** The built `graylane run` in a process of its own. It ends with the test, whatever happens. */
export class AgentProcess {
  readonly #process: ServerProcess;
  readonly #logFile: string;

  constructor(cluster: Cluster, { kubeconfig, target = 'higress', words = [] }: AgentOptions) {
    count += 1;
    this.#logFile = join(cluster.folder, `agent-${count}.log`);
    const given = ['run', '--kubeconfig', kubeconfig, '--target', target, '--log-format', 'json', ...words];
    this.#process = new ServerProcess(process.execPath, [BUILT, ...given], { logFile: this.#logFile });
  }

  /** Everything that it logged. */
  get log(): string {
    return readFileSync(this.#logFile, 'utf8');
  }

  /** True once it has read everything. */
  get isWarm(): boolean {
    return this.log.includes('"msg":"read the cluster"');
  }

  /** True once it was elected. */
  get hasLed(): boolean {
    return this.log.includes('"msg":"this agent leads"');
  }

  /** True once it lost an election without having been asked to end. */
  get hasLost(): boolean {
    return this.log.includes('"msg":"this agent leads no more"');
  }

  /** Undefined while it runs, else how it ended. */
  get died(): string | undefined {
    return this.#process.died;
  }

  /** SIGKILL. */
  kill(): Promise<void> {
    return this.#process.kill();
  }

  /** SIGTERM. */
  stop(): Promise<void> {
    return this.#process.end();
  }
}
