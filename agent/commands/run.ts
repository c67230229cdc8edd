import { runAgent } from '../agent.ts';
import { ChangeLog } from '../controller/change-log.ts';
import { Compilation } from '../controller/compilation.ts';
import type { Target } from '../controller/target.ts';
import { fileError, GraylaneError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { DirectorySource } from '../sources/directory-source.ts';
import { byNamespace } from '../sources/namespaces.ts';
import type { SourceState } from '../sources/source.ts';
import { EnvoyFolder } from '../targets/envoy/folder.ts';
import { EnvoyTarget } from '../targets/envoy/target.ts';
import type { Arguments } from './arguments.ts';
import type { Command, Surroundings } from './command.ts';
import { manifestsFrom, STDIN } from './input.ts';
import { type Judge, regexJudge } from './judge.ts';
import { loggerOf } from './log-options.ts';
import { listeningOf, RUN_OPTIONS } from './run-options.ts';
import { validated } from './validated.ts';

/** `graylane run`: the agent. */
export const run: Command = {
  usage: {
    name: 'run',
    summary: 'Keep the gateways as the Rollouts say, until Ctrl-C: the agent itself.',
    forms: ['--input DIR|FILE --target envoy:DIR'],
    positionals: [],
    options: RUN_OPTIONS,
    exits: [
      { code: 1, meaning: 'could not run' },
      { code: 2, meaning: 'with --once, there are diagnostics of severity error' },
    ],
    examples: ['graylane run --input manifests/ --target envoy:out/ & envoy -c out/envoy.json'],
  },
  run: async (given, surroundings) => {
    const log = loggerOf(given, surroundings);
    const input = given.need('input');
    const judge = surroundings.judge();
    const isOnce = given.flag('once');
    if (input === STDIN && !isOnce) {
      throw new GraylaneError('InvalidOption', 'Standard input can be read with --once only');
    }
    const target = await targetOf(given, judge);
    const compilation = new Compilation((compiled) => validated(compiled, judge));
    const { now } = surroundings;
    if (isOnce) return once({ target, compilation, log, now }, await stateOf(input, surroundings));
    const source = new DirectorySource(input, now);
    await runAgent({ source, target, compilation, log, now }, surroundings.interruption());
    return 0;
  },
};

interface Once {
  readonly target: Target;
  readonly compilation: Compilation;
  readonly log: Logger;
  readonly now: () => number;
}

/** Brings the target to that state and ends. */
async function once({ target, compilation, log, now }: Once, state: SourceState): Promise<number> {
  const changes = new ChangeLog(log);
  const desired = compilation.desired(state, now());
  changes.compiled(desired);
  changes.applied(desired, await target.apply(desired, new AbortController().signal));
  const diagnostics = [...desired.diagnostics, ...target.diagnostics];
  changes.diagnosed(diagnostics);
  return diagnostics.some(({ severity }) => severity === 'error') ? 2 : 0;
}

async function stateOf(input: string, { stdin }: Surroundings): Promise<SourceState> {
  const { objects, diagnostics } = await manifestsFrom(input, stdin);
  return { namespaces: byNamespace(objects), diagnostics };
}

async function targetOf(given: Arguments, judge: Judge): Promise<Target> {
  const text = given.need('target');
  const [, path] = /^envoy:(.+)$/s.exec(text) ?? [];
  if (path === undefined) throw new GraylaneError('InvalidOption', `--target takes envoy:DIR, not ${text}`);
  const listening = listeningOf(given);
  try {
    const folder = await EnvoyFolder.open(path, judge.plugin);
    return new EnvoyTarget({ folder, listening, isRegex: regexJudge(judge) });
  } catch (error) {
    throw fileError(error, 'TargetUnwritable', path);
  }
}
