import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

/**
 * Becomes the server, in a process group of its own, after it has started a watcher in that group which kills the group as
 * soon as the pipe from the test ends: whatever becomes of the test, even SIGKILL, its servers go with it.
 */
const WATCHED = 'exec 3<&0; (cat <&3; kill -9 0) >/dev/null 2>&1 & exec "$@" 3<&- </dev/null';
const KEPT_CHARACTERS = 4000;
const STOPPING_MS = 1000;

/** A server that a test started. Its output goes to a file. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #logFile: string;
  readonly #exited: Promise<void>;
  #died: string | undefined;

  constructor(path: string, args: readonly string[], { logFile, env }: { logFile: string; env?: NodeJS.ProcessEnv }) {
    this.#logFile = logFile;
    const log = openSync(logFile, 'a');
    this.#child = spawn('/bin/sh', ['-c', WATCHED, 'sh', path, ...args], {
      detached: true,
      stdio: ['pipe', log, log],
      ...(env === undefined ? {} : { env }),
    });
    closeSync(log);
    const killNow = (): void => this.#signalGroup('SIGKILL');
    process.once('exit', killNow);
    this.#exited = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#died = how;
        process.off('exit', killNow);
        this.#signalGroup('SIGKILL');
        resolve();
      };
      this.#child.once('error', (error) => end(`could not be started: ${error.message}`));
      this.#child.once('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
  }

  /** Undefined while it runs. */
  get died(): string | undefined {
    return this.#died;
  }

  /** Undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The end of what it wrote. */
  get lastWords(): string {
    return readFileSync(this.#logFile, 'utf8').slice(-KEPT_CHARACTERS);
  }

  /** Ends it at once. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.#signalGroup('SIGKILL');
    await this.#exited;
  }

  /** Asks it to end; resolves when it has ended. */
  async end(): Promise<void> {
    this.#signal('SIGTERM');
    await this.#exited;
  }

  /** SIGSTOP, to the server alone: its watcher goes on. It stands still when this returns. */
  freeze(): void {
    this.#signal('SIGSTOP');
    const deadline = performance.now() + STOPPING_MS;
    while (!this.#isStopped() && performance.now() < deadline);
  }

  /** SIGCONT */
  thaw(): void {
    this.#signal('SIGCONT');
  }

  /** The third field of that file; the second is the name in brackets. */
  #isStopped(): boolean {
    return /\) [Tt] /.test(readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8'));
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#died === undefined) this.#child.kill(signal);
  }

  #signalGroup(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // Everybody in it is gone already.
    }
  }
}
