import { Arguments } from './commands/arguments.ts';
import { check } from './commands/check.ts';
import type { Command, Process, Surroundings } from './commands/command.ts';
import { compileCommand } from './commands/compile.ts';
import { explain } from './commands/explain.ts';
import { commandHelp, toolHelp } from './commands/help.ts';
import { Output } from './commands/output.ts';
import { Progress } from './commands/progress.ts';
import { run } from './commands/run.ts';
import { suggestion } from './commands/suggestion.ts';
import { version } from './commands/version.ts';
import { describeError, GraylaneError } from './errors.ts';

/** All commands, in the order in which the help shows them. */
export const COMMANDS: readonly Command[] = [compileCommand, check, explain, run];

/**
 * Runs `graylane` with the words of a command line. Never rejects: what goes wrong is told on the error stream.
 *
 * @returns the exit code: 0 done, 1 could not run, 2 done and something is wrong with the input
 */
export async function runCli(words: readonly string[], process: Process): Promise<number> {
  const now = (): number => Date.now();
  const surroundings: Surroundings = {
    stdin: process.stdin,
    out: new Output(process.stdout, 'standard output'),
    err: new Output(process.stderr, 'standard error'),
    progress: new Progress(process.stderr, now),
    judge: process.judge,
    explainer: process.explainer,
    interruption: process.interruption,
    now,
  };
  try {
    return await dispatch(words, surroundings);
  } catch (error) {
    surroundings.progress.clear();
    await surroundings.err.line(describeError(error, process.debug)).catch(() => undefined);
    return 1;
  }
}

async function dispatch([name, ...words]: readonly string[], surroundings: Surroundings): Promise<number> {
  const { out, err } = surroundings;
  if (name === undefined) {
    await err.write(toolHelp(COMMANDS));
    return 1;
  }
  if (name === '--version' || name === '-v') {
    await out.line(version());
    return 0;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    const asked = COMMANDS.find(({ usage }) => usage.name === words[0]);
    await out.write(asked === undefined ? toolHelp(COMMANDS) : commandHelp(asked.usage));
    return 0;
  }
  const command = COMMANDS.find(({ usage }) => usage.name === name);
  if (command === undefined) throw unknownCommand(name);
  const given = Arguments.parse(command.usage, words);
  if (!given.flag('help')) return command.run(given, surroundings);
  await out.write(commandHelp(command.usage));
  return 0;
}

function unknownCommand(name: string): GraylaneError {
  const meant = suggestion(
    name,
    COMMANDS.map(({ usage }) => usage.name),
  );
  const hint = meant === undefined ? '' : `. Did you mean graylane ${meant}?`;
  return new GraylaneError('UnknownCommand', `graylane has no command ${name}${hint}`);
}
