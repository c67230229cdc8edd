import { basename } from 'node:path';
import { COMPLETE } from './completion-answer.ts';

/** How the program was called. */
export interface Invocation {
  /** For the help. */
  readonly program: string;
  readonly words: readonly string[];
}

/**
 * kubectl runs its plugin `graylane` as `kubectl-graylane`, and asks `kubectl_complete-graylane` to complete its command line:
 * both are links to the same file.
 *
 * @param path what was run, as the process was told
 */
export function invocationOf(path: string | undefined, words: readonly string[]): Invocation {
  const name = basename(path ?? '').replace(/\.[cm]?js$/, '');
  const program = 'kubectl graylane';
  if (name === 'kubectl-graylane') return { program, words };
  if (name === 'kubectl_complete-graylane') return { program, words: [COMPLETE, ...words] };
  return { program: 'graylane', words };
}
