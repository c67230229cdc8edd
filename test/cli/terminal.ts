import { PassThrough, Readable, Writable } from 'node:stream';
import { runCli } from '../../agent/cli.ts';
import type { Process } from '../../agent/commands/command.ts';
import { type Explainer, NoRequest } from '../../agent/commands/explainer.ts';
import type { Judge } from '../../agent/commands/judge.ts';

/** What a command left behind. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What a test may say about the process. */
export interface Given {
  readonly stdin?: string | Uint8Array;
  readonly isTerminal?: boolean;
  readonly debug?: boolean;
  readonly judge?: () => Judge;
  readonly explainer?: (config: Uint8Array | string) => Explainer;
  readonly interruption?: AbortSignal;
  readonly stdout?: Writable;
  /** How the program was called. */
  readonly program?: string;
  /** Called with everything written to the error stream so far. */
  readonly onError?: (text: string) => void;
}

/** Runs `graylane` with these words in this process. */
export async function graylane(words: readonly string[], given: Given = {}): Promise<Ended> {
  const out = collector();
  const err = collector(given.onError);
  const stdout = given.stdout ?? out.stream;
  const stderr: Process['stderr'] = Object.assign(err.stream, { isTTY: given.isTerminal ?? false });
  const code = await runCli(words, {
    stdin: Readable.from(given.stdin === undefined ? [] : [given.stdin], { objectMode: false }),
    stdout,
    stderr,
    debug: given.debug ?? false,
    judge: given.judge ?? ((): Judge => PLAIN_JUDGE),
    explainer: given.explainer ?? ((): Explainer => PLAIN_EXPLAINER),
    interruption: () => given.interruption ?? new AbortController().signal,
    ...(given.program !== undefined && { program: given.program }),
  });
  return { code, out: out.text(), err: err.text() };
}

/**
 * Stands in for the plugin: refuses what is no JSON, and rules whose id begins with `bad`. The commands' own behaviour is
 * tested with it; that the plugin itself answers so, is tested with the built command.
 */
export const PLAIN_JUDGE: Judge = {
  plugin: new TextEncoder().encode('plugin'),
  judge: (config) => {
    const text = typeof config === 'string' ? config : new TextDecoder().decode(config);
    try {
      const { rules = [] }: { rules?: readonly { id: string }[] } = text === '' ? {} : JSON.parse(text);
      const index = rules.findIndex(({ id }) => id.startsWith('bad'));
      if (index < 0) return { accepted: true, gauge: 4_294_967_295 };
      const rule = rules[index]?.id ?? '';
      return {
        accepted: false,
        error: { code: 'InvalidValue', pointer: `/rules/${index}/id`, rule, message: 'it is bad' },
      };
    } catch {
      return { accepted: false, error: { code: 'InvalidJson', pointer: '', rule: '', message: 'not JSON, byte 1' } };
    }
  },
};

/** Says what it was asked. */
export const PLAIN_EXPLAINER: Explainer = {
  explain: (request) => `${JSON.stringify(request)}\n`,
  decide: (line) => {
    if (!line.startsWith('{')) throw new NoRequest('not a JSON object');
    return line.toUpperCase();
  },
};

/** A stream that fails like a pipe whose reader has gone, or like a full disk, after so many writes. */
export function failing(code: string, after = 0): Writable & { readonly writes: () => number } {
  let writes = 0;
  const stream = new Writable({
    write: (_chunk, _encoding, done) => {
      writes += 1;
      done(writes > after ? Object.assign(new Error(code), { code }) : null);
    },
  });
  return Object.assign(stream, { writes: () => writes });
}

function collector(onText?: (text: string) => void): { readonly stream: Writable; readonly text: () => string } {
  const stream = new PassThrough();
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text += chunk;
    onText?.(text);
  });
  return { stream, text: () => text };
}
