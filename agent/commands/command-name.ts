import type { Command } from './command.ts';

/** A command and the words after its name. */
interface Named {
  readonly command: Command;
  readonly rest: readonly string[];
}

/** The command that the first words name; undefined when they name none, or half of one. */
export function namedBy(words: readonly string[], commands: readonly Command[]): Named | undefined {
  for (const command of commands) {
    for (const name of [command.usage.name, ...(command.usage.aliases ?? [])]) {
      const parts = name.split(' ');
      if (parts.every((part, index) => words[index] === part)) return { command, rest: words.slice(parts.length) };
    }
  }
  return undefined;
}

/** The commands of two words that begin with the first word. */
export function startsOf([first]: readonly string[], commands: readonly Command[]): readonly Command[] {
  return commands.filter(({ usage }) => usage.name.startsWith(`${first} `));
}
