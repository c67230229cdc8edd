import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The command as it is installed; `npm test` builds it first. */
export const BUILT = fileURLToPath(new URL('../../dist/agent/main.js', import.meta.url));

/** What a process left behind. */
export interface Exited {
  /** The exit code, or the signal that ended it. */
  readonly code: number | string | null;
  readonly out: string;
  readonly err: string;
}

/** What a test may say about the process. */
export interface Begun {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** The command's file, where it is not the built one. */
  readonly command?: string;
  /** Called when there is more on the error stream, with all of it. */
  readonly onError?: (err: string, child: ChildProcess) => void;
  /** True: nobody reads the output beyond its first piece. */
  readonly isCut?: boolean;
}

/** Runs the built command in a process of its own. */
export function exited(words: readonly string[], begun: Begun = {}): Promise<Exited> {
  const command = begun.command ?? BUILT;
  if (!existsSync(command)) throw new Error(`${command} is missing: npm run build makes it`);
  const child = spawn(process.execPath, [command, ...words], { env: { PATH: process.env['PATH'], ...begun.env } });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (begun.isCut === true) child.stdout.destroy();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    begun.onError?.(err, child);
  });
  // A command that does not read what it is given closes the pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(begun.stdin ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? signal, out, err }));
  });
}
