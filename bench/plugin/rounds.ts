import { shuffled } from '../report/statistics.ts';
import type { PluginCase } from './cases.ts';
import { BenchVm, type Modules } from './vm.ts';

/** How long one batch of requests takes, roughly. */
const BATCH_MS = 6;
const WARM_UP = 20_000;

/** Nanoseconds per request, one figure per round. */
export interface Timing {
  readonly graylane: readonly number[];
  /** Of the plugin that does nothing, right beside. */
  readonly empty: readonly number[];
}

/** Measures every case in every round, in random order, by turns with the empty plugin. Throws when a case does not decide as it should. */
export function timeCases(
  cases: readonly PluginCase[],
  { graylane, empty }: { readonly graylane: Modules; readonly empty: Modules },
  rounds: number,
): ReadonlyMap<string, Timing> {
  const runs = cases.map((one) =>
    prepared(one, new BenchVm(graylane, one.config, one.requests), new BenchVm(empty, {}, one.requests)),
  );
  for (let round = 0; round < rounds; round++) for (const run of shuffled(runs)) run.measure();
  return new Map(runs.map(({ name, timing }) => [name, timing]));
}

interface Run {
  readonly name: string;
  readonly timing: Timing;
  readonly measure: () => void;
}

function prepared({ name, requests, gray }: PluginCase, vm: BenchVm, emptyVm: BenchVm): Run {
  vm.run(requests.length);
  const decided = vm.takeChanges();
  if (gray !== undefined && decided !== gray)
    throw new Error(`${name}: ${decided} requests are for a lane, not ${gray}`);
  vm.run(WARM_UP);
  emptyVm.run(WARM_UP);
  const count = countFor(vm);
  const emptyCount = countFor(emptyVm);
  const graylane: number[] = [];
  const empty: number[] = [];
  return {
    name,
    timing: { graylane, empty },
    measure: () => {
      graylane.push(perRequest(vm, count));
      empty.push(perRequest(emptyVm, emptyCount));
    },
  };
}

function countFor(vm: BenchVm): number {
  const nanoseconds = Math.min(...[1, 2, 3].map(() => perRequest(vm, 2048)));
  return Math.max(64, Math.round((BATCH_MS * 1e6) / nanoseconds));
}

function perRequest(vm: BenchVm, count: number): number {
  const start = process.hrtime.bigint();
  vm.run(count);
  return Number(process.hrtime.bigint() - start) / count;
}
