import type { Compiled } from '../model/compiled.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Reading } from '../sources/source.ts';
import type { Leadership } from './leadership.ts';
import type { Outcome } from './target.ts';

/** The last thing that was done to the target. */
export interface Push {
  /** Unix time in milliseconds. */
  readonly atMs: number;
  /** Of the configuration that was to be written. */
  readonly revision: string;
  /** `failed`: it is being tried again. */
  readonly outcome: Outcome | { readonly kind: 'failed'; readonly message: string };
}

/** What can be seen of a running agent. */
export interface View {
  /** Undefined until everything was read once. */
  readonly compiled: Compiled | undefined;
  /** Of the source, the compiler and the target. */
  readonly diagnostics: readonly Diagnostic[];
  readonly readings: readonly Reading[];
  /** Name of the target. */
  readonly target: string;
  /** Undefined before the first. */
  readonly lastPush: Push | undefined;
  readonly leadership: Leadership;
  /** True once the agent was told to stop. */
  readonly isStopping: boolean;
}
