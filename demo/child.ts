import { type ChildProcess, spawn } from 'node:child_process';

/** How long a child may take to end after SIGTERM before it is killed. */
const PATIENCE_MS = 2000;
/** How much of a child's output is kept to explain its death. */
const KEPT_LINES = 12;

export interface Exit {
  /** `exit code 1`, `signal SIGKILL`, or why it could not be started. */
  readonly how: string;
  /** The last lines the child wrote. */
  readonly lastWords: string;
}

/** A process that the demo started and ends. */
export class Child {
  /** Resolves when the process is gone, however that came. */
  readonly exited: Promise<Exit>;
  readonly #process: ChildProcess;
  #output: readonly string[] = [];
  #gone = false;

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#process = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = [...this.#output, ...text.split('\n').filter((line) => line !== '')].slice(-KEPT_LINES);
      });
    }
    this.exited = new Promise((resolve) => {
      this.#process.once('error', (error) => this.#end(resolve, `could not be started: ${error.message}`));
      this.#process.once('close', (code, signal) =>
        this.#end(resolve, signal === null ? `exit code ${code}` : `signal ${signal}`),
      );
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Asks the process to end, kills it when it does not, and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.#gone) return;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), PATIENCE_MS);
    await this.exited;
    clearTimeout(timer);
  }

  /** Last resort when this process ends at once: does not wait. */
  kill(): void {
    if (!this.#gone) this.#process.kill('SIGKILL');
  }

  #end(resolve: (exit: Exit) => void, how: string): void {
    this.#gone = true;
    resolve({ how, lastWords: this.#output.join('\n') });
  }
}
