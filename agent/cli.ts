import { approve } from './commands/approve.ts';
import { Arguments } from './commands/arguments.ts';
import { check } from './commands/check.ts';
import type { Command, CommandGroup, Process, Surroundings } from './commands/command.ts';
import { namedBy, startsOf } from './commands/command-name.ts';
import { compileCommand } from './commands/compile.ts';
import { completion } from './commands/completion.ts';
import { COMPLETE, completionOf } from './commands/completion-answer.ts';
import { describeLane } from './commands/describe.ts';
import { diff } from './commands/diff.ts';
import { explain } from './commands/explain.ts';
import { getLanes } from './commands/get.ts';
import { commandHelp, toolHelp } from './commands/help.ts';
import { Output } from './commands/output.ts';
import { pause, resume } from './commands/pause.ts';
import { Progress } from './commands/progress.ts';
import { rollback } from './commands/rollback.ts';
import { run } from './commands/run.ts';
import { suggestion } from './commands/suggestion.ts';
import { version } from './commands/version.ts';
import { withdraw } from './commands/withdraw.ts';
import { describeError, GraylaneError } from './errors.ts';

/** All commands, in the order in which the help shows them. */
const GROUPS: readonly CommandGroup[] = [
  { title: 'On manifests', commands: [compileCommand, check, explain] },
  { title: 'On a cluster', commands: [getLanes, describeLane, diff, approve, pause, resume, rollback] },
  { title: 'The agent', commands: [run, withdraw] },
  { title: 'For the shell', commands: [completion] },
];

export const COMMANDS: readonly Command[] = GROUPS.flatMap(({ commands }) => commands);

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
    return await dispatch(words, surroundings, process.program ?? 'graylane');
  } catch (error) {
    surroundings.progress.clear();
    await surroundings.err.line(describeError(error, process.debug)).catch(() => undefined);
    return 1;
  }
}

/** @param program how people call it, for the help */
async function dispatch(words: readonly string[], surroundings: Surroundings, program: string): Promise<number> {
  const { out, err } = surroundings;
  const [name, ...rest] = words;
  if (name === undefined) {
    await err.write(toolHelp(GROUPS, program));
    return 1;
  }
  if (name === COMPLETE) {
    await out.write(await completionOf(rest, COMMANDS));
    return 0;
  }
  if (name === '--version' || name === '-v') {
    await out.line(version());
    return 0;
  }
  const isHelp = name === '--help' || name === '-h' || name === 'help';
  const found = namedBy(isHelp ? rest : words, COMMANDS);
  if (found === undefined) {
    const close = startsOf(isHelp ? rest : words, COMMANDS);
    if (!isHelp && !asksForHelp(rest, close)) throw unknownCommand(words);
    await out.write(
      close.length === 0 ? toolHelp(GROUPS, program) : close.map(({ usage }) => commandHelp(usage, program)).join('\n'),
    );
    return 0;
  }
  const { usage, run: command } = found.command;
  if (!isHelp) {
    const given = Arguments.parse(usage, found.rest);
    if (!given.flag('help')) return command(given, surroundings);
  }
  await out.write(commandHelp(usage, program));
  return 0;
}

/** `graylane get --help`: half a command. */
function asksForHelp(rest: readonly string[], close: readonly Command[]): boolean {
  return close.length > 0 && (rest.includes('--help') || rest.includes('-h'));
}

function unknownCommand(words: readonly string[]): GraylaneError {
  const [first = '', second = ''] = words;
  const isHalf = startsOf([first], COMMANDS).length > 0;
  const given = isHalf && second !== '' && !second.startsWith('-') ? `${first} ${second}` : first;
  const names = COMMANDS.map(({ usage }) => usage.name);
  const meant = suggestion(given, names) ?? (isHalf ? names.find((name) => name.startsWith(`${first} `)) : undefined);
  const hint = meant === undefined ? '' : `. Did you mean graylane ${meant}?`;
  return new GraylaneError('UnknownCommand', `graylane has no command ${given}${hint}`);
}
