import { compile } from '../agent/compile/compile.ts';
import { releases } from './compile/rollouts.ts';
import type { Section } from './report/section.ts';
import { spreadOf } from './report/statistics.ts';
import { figure, spread, table } from './report/table.ts';

const COUNTS = [10, 100, 1000, 3000];
const ROUNDS = 9;

/** How long the compiler takes for all that a cluster has. */
export async function benchCompile(rounds = ROUNDS): Promise<Section> {
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
    body: [table([['Rollouts', 'ms, median [p25..p75]', 'us per Rollout'], ...rows])],
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
