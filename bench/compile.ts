import { compile } from '../agent/compile/compile.ts';
import { changesTable } from './compile/changes.ts';
import { releases } from './compile/rollouts.ts';
import type { Section } from './report/section.ts';
import { spreadOf } from './report/statistics.ts';
import { figure, spread, table } from './report/table.ts';

const COUNTS = [10, 100, 1000, 3000];
const ROUNDS = 9;
/** Changes for each round. */
const CHANGES = 20;

/** How long the compiler takes for all that a cluster has. */
export async function benchCompile(plugin: Uint8Array, rounds = ROUNDS): Promise<Section> {
  const rows = COUNTS.map((count) => {
    const times = spreadOf(timesOf(count, rounds));
    return [count.toLocaleString('en'), spread(times), figure((1000 * times.median) / count, 0)];
  });
  return {
    title: 'The compiler',
    preamble: [
      `${rounds} rounds after one to warm up. Each Rollout is in the middle of a release and has a Deployment, a Service, an Ingress and`,
      'three pods; each gives a lane with one rule in force.',
    ].join('\n'),
    targets: [],
    body: [
      table([['Rollouts', 'ms, median [p25..p75]', 'us per Rollout'], ...rows]),
      [
        `What follows is what the agent does on Kubernetes: it compiles all once, and then again after each of ${CHANGES * rounds} changes of a`,
        'step, and as many of a pod without a bearing on the rules. Lanes have an entry, a member that is released too, and one or two',
        'at rest; each Rollout has a Deployment, a Service and three pods, and while it is released a BatchRelease and a Deployment of',
        'gray pods. All paths are of one host. The plugin is asked in a VM of its own, after a change of rules alone.',
      ].join('\n'),
      changesTable(plugin, CHANGES * rounds),
    ],
  };
}

function timesOf(count: number, rounds: number): readonly number[] {
  const objects = releases(count);
  let memory = compiledOf(objects, count).memory;
  return Array.from({ length: rounds }, () => {
    const start = performance.now();
    memory = compile({ objects, nowMs: 0, previous: memory }).memory;
    return performance.now() - start;
  });
}

function compiledOf(objects: ReturnType<typeof releases>, count: number): ReturnType<typeof compile> {
  const compiled = compile({ objects, nowMs: 0 });
  const rules = compiled.pluginConfig.rules?.length ?? 0;
  const [complaint] = compiled.diagnostics;
  if (rules !== count || complaint !== undefined) {
    throw new Error(
      `${rules} rules for ${count} Rollouts; ${complaint === undefined ? '' : JSON.stringify(complaint)}`,
    );
  }
  return compiled;
}
