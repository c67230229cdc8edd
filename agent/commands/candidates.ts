import { HELP } from './arguments.ts';
import type { Command, Option, Usage } from './command.ts';
import { namedBy } from './command-name.ts';

/** One thing that may stand in place of the word that is being written. */
export interface Candidate {
  readonly text: string;
  readonly description: string | undefined;
}

/** All that may stand there. */
interface Candidates {
  readonly candidates: readonly Candidate[];
  /** What names of the cluster may stand there instead. */
  readonly from?: 'rollouts' | 'namespaces';
  /** True: a file may. */
  readonly isFile: boolean;
}

const NONE: Candidates = { candidates: [], isFile: false };

/** @param words what stands after the program's name; the last one is being written */
export function candidatesFor(words: readonly string[], commands: readonly Command[]): Candidates {
  const written = withoutEquals(words);
  const before = written.slice(0, -1);
  const start = written.at(-1) ?? '';
  const named = namedBy(before, commands);
  if (named === undefined) return commandWords(before, start, commands);
  const { usage } = named.command;
  if (before.includes('--')) return NONE;
  const option = optionBefore(named.rest, usage);
  if (option !== undefined) return optionValues(option, start, '');
  const [, name, value] = /^--([^=]+)=(.*)$/.exec(start) ?? [];
  if (name !== undefined && value !== undefined) {
    const given = usage.options.find((one) => one.name === name);
    return given === undefined ? NONE : optionValues(given, value, `--${name}=`);
  }
  if (start.startsWith('-')) return optionNames(usage, start);
  return positional(named.rest, usage, start);
}

/** bash takes `--output=json` for three words. */
function withoutEquals(words: readonly string[]): readonly string[] {
  const last = words.length - 1;
  return words.flatMap((word, index) => {
    if (word !== '=') return [word];
    return index === last ? [''] : [];
  });
}

function commandWords(before: readonly string[], start: string, commands: readonly Command[]): Candidates {
  const next = new Map<string, string>();
  for (const { usage } of commands) {
    const parts = usage.name.split(' ');
    const word = parts[before.length];
    if (word === undefined || !before.every((given, index) => parts[index] === given)) continue;
    if (word.startsWith(start) && !next.has(word)) next.set(word, usage.summary);
  }
  return { candidates: [...next].map(([text, description]) => ({ text, description })), isFile: false };
}

/** The option whose value comes after these words. */
function optionBefore(before: readonly string[], usage: Usage): Option | undefined {
  const last = before.at(-1) ?? '';
  const option = usage.options.find(({ name, short }) => last === `--${name}` || last === `-${short}`);
  return option?.value === undefined ? undefined : option;
}

function optionValues({ name, value = '', choices }: Option, start: string, prefix: string): Candidates {
  if (name === 'namespace') return { candidates: [], from: 'namespaces', isFile: false };
  const candidates = (choices ?? [])
    .filter((text) => text.startsWith(start))
    .map((text) => ({ text: `${prefix}${text}`, description: undefined }));
  return { candidates, isFile: choices === undefined && /FILE|DIR/.test(value) };
}

function optionNames({ options }: Usage, start: string): Candidates {
  const candidates = [...options, HELP].map(({ name, description }) => ({ text: `--${name}`, description }));
  return { candidates: candidates.filter(({ text }) => text.startsWith(start)), isFile: false };
}

/** How far the words that are no options have come, and what is next. */
function positional(before: readonly string[], usage: Usage, start: string): Candidates {
  const isValue = (index: number): boolean => index > 0 && optionBefore(before.slice(0, index), usage) !== undefined;
  const count = before.filter((word, index) => !word.startsWith('-') && !isValue(index)).length;
  const next = usage.positionals[count];
  if (next === undefined) return NONE;
  if (next.name === 'ROLLOUT' || next.name === 'LANE') return { candidates: [], from: 'rollouts', isFile: false };
  const candidates = (next.choices ?? [])
    .filter((text) => text.startsWith(start))
    .map((text) => ({ text, description: undefined }));
  return { candidates, isFile: next.choices === undefined };
}
