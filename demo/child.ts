import { type ChildProcess, spawn } from 'node:child_process';

/** How long a child may take to end after SIGTERM before it is killed. */
const PATIENCE_MS = 2000;
/** How much of a child's output is kept to explain its death. */
const KEPT_LINES = 12;
const KEPT_CHARACTERS = 8000;

export interface Exit {
  /** True for exit code 0. */
  readonly succeeded: boolean;
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
  #output = '';
  #gone = false;

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#process = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = `${this.#output}${text}`.slice(-KEPT_CHARACTERS);
      });
    }
    this.exited = new Promise((resolve) => {
      const end = (succeeded: boolean, how: string): void => {
        this.#gone = true;
        resolve({ succeeded, how, lastWords: this.#lastWords() });
      };
      this.#process.once('error', (error) => end(false, `could not be started: ${error.message}`));
      this.#process.once('close', (code, signal) => {
        end(code === 0, signal === null ? `exit code ${code}` : `signal ${signal}`);
      });
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

  #lastWords(): string {
    const lines = this.#output.split('\n').filter((line) => line.trim() !== '');
    return lines.slice(-KEPT_LINES).join('\n');
  }
}

export interface RunLimits {
  readonly env: NodeJS.ProcessEnv;
  /** Ends the command. */
  readonly signal: AbortSignal;
  /** Ends the command after so many milliseconds. */
  readonly limitMs: number;
}

/** Runs a command to its end, however that comes. Never rejects. */
export async function run(
  command: string,
  args: readonly string[],
  { env, signal, limitMs }: RunLimits,
): Promise<Exit> {
  const child = new Child(command, args, env);
  let why: string | undefined;
  const end = (reason: string): void => {
    why ??= reason;
    void child.stop();
  };
  const timer = setTimeout(() => end(`took longer than ${limitMs / 1000} s`), limitMs);
  const onAbort = (): void => end('was interrupted');
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  const exit = await child.exited;
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);
  return why === undefined ? exit : { ...exit, succeeded: false, how: why };
}
