import { describe, expect, test } from 'vitest';
import { type Arrival, ROUND } from '../../bench/path/changes.ts';
import type { Journey } from '../../bench/path/journey.ts';
import { changesTable, type Journeys, stagesTable, timesTable } from '../../bench/path/tables.ts';
import { pathTargets } from '../../bench/path/targets.ts';

/** Changes that took so many milliseconds each, the first ten of which the API server needed; begun at 1000, 2000, and so on. */
function arrivalsOf(...times: readonly number[]): readonly Arrival[] {
  return times.map((ms, index) => {
    const { name = 'begun', answer = 'gray' } = ROUND[index % ROUND.length] ?? {};
    const sentMs = 1000 * (index + 1);
    return { change: name, answer, sentMs, storedMs: sentMs + 10, inForceMs: sentMs + ms };
  });
}

function journeyOf(arrivals: readonly Arrival[], more: Partial<Journey> = {}): Journey {
  return { arrivals, stages: {}, counts: { requests: 1000, odd: 0, failed: 0 }, ...more };
}

const rowOf = (table: string, name: string): string | undefined =>
  table.split('\n').find((line) => line.startsWith(`| ${name}`));

describe('what the whole path takes', () => {
  test('is told of all changes, and of those that add and withdraw', () => {
    const journeys: Journeys = new Map([['envoy', journeyOf(arrivalsOf(20, 40, 20, 60))]]);
    const text = timesTable(journeys);
    expect(rowOf(text, 'c: envoy:DIR, all')).toBe('| c: envoy:DIR, all | 4 | 30.0 [20.0..45.0] | 59.4 | 60.0 | 20.0 |');
    expect(rowOf(text, 'c: envoy:DIR, adding')).toContain('| 2 | 20.0 ');
    expect(rowOf(text, 'c: envoy:DIR, withdrawing')).toContain('| 2 | 50.0 ');
  });

  test('is told of each kind of change', () => {
    const journeys: Journeys = new Map([['envoy', journeyOf(arrivalsOf(20, 40, 30, 60))]]);
    expect(rowOf(changesTable(journeys), 'moved on')).toBe('| moved on: withdraws | 40.0 / 40.0 |');
  });

  test('is told from each moment to the next, without those that were not seen', () => {
    const arrivals = arrivalsOf(20, 40);
    const stages = { 'compiled by the agent': [1012, undefined], 'ECDS file in place': [1015, 2030] };
    const text = stagesTable(new Map([['envoy', journeyOf(arrivals, { stages })]]));
    expect(rowOf(text, 'compiled by the agent')).toContain('| 12.0 / 12.0 |');
    expect(rowOf(text, 'ECDS file in place')).toContain('| 3.0 / 3.0 |');
    expect(rowOf(text, 'answered by the new rule')).toContain('| 7.5 / ');
  });

  test('misses its target when half of the changes take longer', () => {
    const slow: Journeys = new Map([['envoy', journeyOf(arrivalsOf(20, 101, 102, 103))]]);
    expect(pathTargets(slow)[0]).toMatchObject({ measured: '101.5 ms', isMet: false });
    const fast: Journeys = new Map([['envoy', journeyOf(arrivalsOf(20, 30, 102, 103))]]);
    expect(pathTargets(fast)[0]).toMatchObject({ measured: '66.0 ms', isMet: true });
  });

  test('misses its target when one request fails, or is answered by neither rule', () => {
    const arrivals = arrivalsOf(20);
    const verdictsOf = (counts: Journey['counts']): readonly boolean[] =>
      pathTargets(new Map([['envoy', journeyOf(arrivals, { counts })]])).map(({ isMet }) => isMet);
    expect(verdictsOf({ requests: 9, odd: 0, failed: 0 })).toEqual([true, true, true]);
    expect(verdictsOf({ requests: 9, odd: 1, failed: 0 })).toEqual([true, false, true]);
    expect(verdictsOf({ requests: 9, odd: 0, failed: 1 })).toEqual([true, true, false]);
  });
});
