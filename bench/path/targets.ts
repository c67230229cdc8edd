import type { Target } from '../report/section.ts';
import { figure } from '../report/table.ts';
import type { WayName } from './journey.ts';
import { IN_WORDS, type Journeys, shareOf, timesOf } from './tables.ts';

interface Limit {
  readonly ways: readonly WayName[];
  readonly share: number;
  readonly ms: number;
}

const THROUGH_A_CONTROL_PLANE: readonly WayName[] = ['istio', 'higress', 'higress, debounced'];

const LIMITS: readonly Limit[] = [
  { ways: THROUGH_A_CONTROL_PLANE, share: 0.5, ms: 300 },
  { ways: THROUGH_A_CONTROL_PLANE, share: 0.99, ms: 1000 },
  { ways: ['envoy'], share: 0.5, ms: 100 },
];

const WHY =
  'The tables below say at which part of the way the time went. What runs beside it on the machine shows at all of them alike; ' +
  'a control plane that waits for more shows between the WasmPlugin and the answer.';

/** What is asked of the whole path. */
export function pathTargets(journeys: Journeys): readonly Target[] {
  return [...inTime(journeys), ...allAnswered(journeys)];
}

function inTime(journeys: Journeys): readonly Target[] {
  return LIMITS.flatMap(({ ways, share, ms }) =>
    ways.flatMap((way): readonly Target[] => {
      const journey = journeys.get(way);
      if (journey === undefined) return [];
      const time = shareOf(timesOf(journey.arrivals), share);
      const goal = `${IN_WORDS[way]}: p${100 * share} at most ${ms} ms from the status to the answer`;
      return [{ goal, measured: `${figure(time)} ms`, isMet: time <= ms, why: WHY }];
    }),
  );
}

function allAnswered(journeys: Journeys): readonly Target[] {
  const all = [...journeys.values()].map(({ counts }) => counts);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const odd = sum(all.map((counts) => counts.odd));
  const failed = sum(all.map((counts) => counts.failed));
  const requests = sum(all.map((counts) => counts.requests)).toLocaleString('en');
  return [
    {
      goal: 'every answer is by the old rule or the new one, and none by the old one after one by the new',
      measured: `${odd} others of ${requests}`,
      isMet: odd === 0,
    },
    { goal: 'no request fails', measured: `${failed} of ${requests}`, isMet: failed === 0 },
  ];
}
