import type { Readable, Writable } from 'node:stream';
import type { Arguments } from './arguments.ts';
import type { Explainer } from './explainer.ts';
import type { Judge } from './judge.ts';
import type { Output } from './output.ts';
import type { Progress } from './progress.ts';

/** An option of a command. */
export interface Option {
  /** Without the dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** What stands for the value in the help; absent: the option has none. */
  readonly value?: string;
  readonly multiple?: true;
  /** The values that it may have; absent: any. */
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly required?: true;
  readonly description: string;
}

/** A word after the name that is no option. */
interface Positional {
  readonly name: string;
  readonly required: boolean;
  /** The values that it may have; absent: any. */
  readonly choices?: readonly string[];
  readonly description: string;
}

/** How a command is used. */
export interface Usage {
  /** One word, or two: `get lanes`. */
  readonly name: string;
  /** Other spellings, which the help does not show. */
  readonly aliases?: readonly string[];
  /** One line. */
  readonly summary: string;
  /** What comes after the name, one line for each way. */
  readonly forms: readonly string[];
  readonly positionals: readonly Positional[];
  readonly options: readonly Option[];
  /** What the exit codes mean besides 0, which is success. */
  readonly exits: readonly { readonly code: number; readonly meaning: string }[];
  readonly examples: readonly string[];
}

/** What a command works with; nothing else of the machine is used. */
export interface Surroundings {
  readonly stdin: Readable;
  readonly out: Output;
  /** Diagnostics, errors and logs. */
  readonly err: Output;
  readonly progress: Progress;
  /** The plugin that the gateways run. Throws when it is missing. */
  readonly judge: () => Judge;
  /** The same plugin with that configuration in force. */
  readonly explainer: (config: Uint8Array | string) => Explainer;
  /** Aborts when the user wants the command to end. Only who asks for it has to end by itself. */
  readonly interruption: () => AbortSignal;
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/** What a process has: its streams, its environment, its plugin. */
export interface Process {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** True: errors show where they happened. */
  readonly debug: boolean;
  /** The plugin that the gateways run. Throws when it is missing. */
  readonly judge: () => Judge;
  /** The same plugin with that configuration in force. */
  readonly explainer: (config: Uint8Array | string) => Explainer;
  readonly interruption: () => AbortSignal;
  /** How people call it, for the help; default `graylane`. */
  readonly program?: string;
}

/** One of the commands of `graylane`. */
export interface Command {
  readonly usage: Usage;
  /** Resolves with the exit code; rejects with a GraylaneError when it cannot do what it was asked to. */
  readonly run: (given: Arguments, surroundings: Surroundings) => Promise<number>;
}

/** Commands that belong together. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}
