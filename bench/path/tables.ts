import { quantile, spreadOf } from '../report/statistics.ts';
import { figure, spread, table } from '../report/table.ts';
import { type Arrival, ROUND } from './changes.ts';
import type { Journey, WayName } from './journey.ts';

/** How changes went, by way; in the order in which they are shown. */
export type Journeys = ReadonlyMap<WayName, Journey>;

/** What people call the ways. */
export const IN_WORDS: Readonly<Record<WayName, string>> = {
  istio: 'a: Istio',
  higress: 'b: Higress, played',
  'higress, debounced': 'b, with its debounces',
  envoy: 'c: envoy:DIR',
};

const GROUPS: readonly (readonly [name: string, isIn: (arrival: Arrival) => boolean])[] = [
  ['all', () => true],
  ['adding', ({ answer }) => answer === 'gray'],
  ['withdrawing', ({ answer }) => answer === 'base'],
];

/** From when the PATCH was sent to the first answer by the new rule, in milliseconds; in the order of the changes. */
export function timesOf(arrivals: readonly Arrival[]): readonly number[] {
  return arrivals.map(({ sentMs, inForceMs }) => inForceMs - sentMs);
}

/** The value below which that share lies; NaN of none. */
export function shareOf(values: readonly number[], share: number): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    share,
  );
}

/** Each way with all of its changes, those that add the user's rule, and those that withdraw it. */
export function timesTable(journeys: Journeys): string {
  const head = ['from the PATCH, ms', 'changes', 'p50 [p25..p75]', 'p99', 'max', 'p50 from its answer'];
  const rows = [...journeys].flatMap(([way, { arrivals }]) =>
    GROUPS.map(([group, isIn]) => timesRow(`${IN_WORDS[way]}, ${group}`, arrivals.filter(isIn))),
  );
  return table([head, ...rows]);
}

function timesRow(name: string, arrivals: readonly Arrival[]): readonly string[] {
  const times = timesOf(arrivals);
  const fromAnswer = arrivals.map(({ storedMs, inForceMs }) => inForceMs - storedMs);
  const { max } = spreadOf(times);
  const p99 = shareOf(times, 0.99);
  return [name, `${times.length}`, spread(spreadOf(times)), figure(p99), figure(max), figure(shareOf(fromAnswer, 0.5))];
}

/** Each kind of change. */
export function changesTable(journeys: Journeys): string {
  const rows = ROUND.map(({ name, answer }) => [
    `${name}: ${answer === 'gray' ? 'adds' : 'withdraws'}`,
    ...[...journeys.values()].map(({ arrivals }) => inShort(timesOf(arrivals.filter(({ change }) => change === name)))),
  ]);
  return table([['p50 / p99, ms', ...[...journeys.keys()].map((way) => IN_WORDS[way])], ...rows]);
}

const LAST = 'answered by the new rule';

/** Where the time goes: from each moment that can be seen to the next one. */
export function stagesTable(journeys: Journeys): string {
  const legs = new Map([...journeys].map(([way, journey]) => [way, legsOf(journey)]));
  const names = [...new Set([...legs.values()].flatMap((of) => [...of.keys()].filter((name) => name !== LAST))), LAST];
  const rows = names.map((name) => [name, ...[...legs.values()].map((of) => inShort(of.get(name) ?? []))]);
  return table([['since the line above, p50 / p99, ms', ...[...legs.keys()].map((way) => IN_WORDS[way])], ...rows]);
}

/** Milliseconds from the moment before, by the name of the moment; arrivals at which one of both was not seen are left out. */
function legsOf({ arrivals, stages }: Journey): ReadonlyMap<string, readonly number[]> {
  const legs = new Map<string, readonly number[]>();
  let before: readonly (number | undefined)[] = arrivals.map(({ sentMs }) => sentMs);
  const all = [...Object.entries(stages), [LAST, arrivals.map(({ inForceMs }) => inForceMs)] as const];
  for (const [name, moments] of all) {
    const from = before;
    legs.set(
      name,
      moments.flatMap((moment, index) => {
        const start = from[index];
        return moment === undefined || start === undefined ? [] : [moment - start];
      }),
    );
    before = moments;
  }
  return legs;
}

function inShort(values: readonly number[]): string {
  return values.length === 0 ? '' : `${figure(shareOf(values, 0.5))} / ${figure(shareOf(values, 0.99))}`;
}
