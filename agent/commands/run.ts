import { ChangeLog } from '../controller/change-log.ts';
import { Compilation } from '../controller/compilation.ts';
import type { Target } from '../controller/target.ts';
import { GraylaneError } from '../errors.ts';
import { byNamespace } from '../sources/namespaces.ts';
import type { Arguments } from './arguments.ts';
import type { Command, Surroundings } from './command.ts';
import { manifestsFrom, STDIN } from './input.ts';
import { loggerOf } from './log-options.ts';
import { listenOf, RUN_OPTIONS } from './run-options.ts';
import { checkTarget, connectionOf, rivalryOf, sourceOf, targetOf } from './run-parts.ts';
import { validatorOf } from './validated.ts';

/** `graylane run`: the agent. */
export const run: Command = {
  usage: {
    name: 'run',
    summary: 'Keep the gateways as the Rollouts say, until Ctrl-C: the agent itself.',
    forms: [
      '--target higress|istio [--kubeconfig FILE|in-cluster]',
      '--target envoy:DIR [--kubeconfig FILE|in-cluster]',
      '--target envoy:DIR --input DIR|FILE',
    ],
    positionals: [],
    options: RUN_OPTIONS,
    exits: [
      { code: 1, meaning: 'could not run' },
      { code: 2, meaning: 'with --once, there are diagnostics of severity error' },
    ],
    examples: [
      'graylane run --kubeconfig in-cluster --target higress --listen 0.0.0.0:8080',
      'graylane run --input manifests/ --target envoy:out/ & envoy -c out/envoy.json',
    ],
  },
  run: async (given, surroundings) => {
    checkTarget(given);
    checkCombination(given);
    const listen = listenOf(given);
    const log = loggerOf(given, surroundings);
    const judge = surroundings.judge();
    const { now, explainer: explain } = surroundings;
    const compilation = new Compilation(validatorOf(judge));
    const api = await connectionOf(given);
    const parts = { given, api, judge, log, now };
    const rivalry = rivalryOf(parts);
    const target = await targetOf(parts, rivalry?.leader);
    if (given.flag('once')) return once(given.need('input'), target, compilation, surroundings, new ChangeLog(log));
    const source = sourceOf(parts);
    const agent = { source, target, compilation, log, now, explain, ...(listen && { listen }), ...rivalry };
    // Its server takes a third of a second to load, which other commands shall not spend.
    const { runAgent } = await import('../agent.ts');
    try {
      await runAgent(agent, surroundings.interruption());
    } finally {
      api?.close();
    }
    return 0;
  },
};

/** Options that say something about the one kind of target, and would do nothing for the other. */
const OF_ENVOY: readonly string[] = ['outer-port', 'inner-port', 'admin-port', 'address'];
const OF_WASM_PLUGIN: readonly string[] = ['object', 'force-conflicts', 'lease', 'identity', 'routes-wait'];

/** Throws a GraylaneError when the options contradict each other. */
function checkCombination(given: Arguments): void {
  const input = given.text('input');
  const isWasmPlugin = !given.need('target').startsWith('envoy:');
  if (given.flag('once') && (input === undefined || isWasmPlugin)) {
    throw new GraylaneError('InvalidOption', '--once goes with --input and --target envoy:DIR');
  }
  if (input === STDIN && !given.flag('once')) {
    throw new GraylaneError('InvalidOption', 'Standard input can be read with --once only');
  }
  if (input !== undefined && given.flag('watch-namespaces')) {
    throw new GraylaneError('ExtraArgument', '--input and --watch-namespaces exclude each other');
  }
  if (given.flag('routes') && (input !== undefined || !isWasmPlugin)) {
    throw new GraylaneError('ExtraArgument', '--routes goes with a WasmPlugin as the target and a cluster to read');
  }
  const [other, wasted] = isWasmPlugin ? ['envoy:DIR', OF_ENVOY] : ['higress or istio', OF_WASM_PLUGIN];
  const useless = wasted.find((name) => given.flag(name));
  if (useless !== undefined) throw new GraylaneError('ExtraArgument', `--${useless} goes with --target ${other}`);
  if (input !== undefined && !isWasmPlugin && (given.flag('kubeconfig') || given.flag('context'))) {
    throw new GraylaneError('ExtraArgument', '--input with --target envoy:DIR needs no cluster');
  }
}

/** Brings the target to what the manifests say and ends. */
async function once(
  input: string,
  target: Target,
  compilation: Compilation,
  { stdin, now }: Surroundings,
  changes: ChangeLog,
): Promise<number> {
  const { objects, diagnostics } = await manifestsFrom(input, stdin);
  const desired = compilation.desired({ namespaces: byNamespace(objects), diagnostics }, now());
  changes.compiled(desired);
  changes.applied(desired, await target.apply(desired, new AbortController().signal));
  const all = [...desired.diagnostics, ...target.diagnostics];
  changes.diagnosed(all);
  return all.some(({ severity }) => severity === 'error') ? 2 : 0;
}
