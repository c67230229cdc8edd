import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commonHost } from '../../agent/compile/common-place.ts';
import type { CompiledLane } from '../../agent/compile/lane.ts';
import { LaneIndex } from '../../agent/compile/lane-index.ts';
import type { PathMatch, Rule } from '../../agent/model/plugin-config.ts';

const HOSTS = [
  'a.example.com',
  'b.a.example.com',
  'example.com',
  '*.example.com',
  '**.example.com',
  '*.com',
  '**',
  'other.org',
];
const PATHS: readonly PathMatch[] = [
  { operator: 'prefix', value: '/' },
  { operator: 'prefix', value: '/a/b' },
  { operator: 'exact', value: '/a' },
  { operator: 'exact', value: '/b' },
  { operator: 'regex', value: '/[ab]' },
];

/** A rule that is for these hosts and paths, and for one value of a header when one is given. */
function ruleOf(hosts: readonly string[], paths: readonly PathMatch[], value?: string): Rule {
  return {
    id: 'r',
    lane: 'l',
    conditions: [
      { kind: 'header', name: 'x-any', operator: 'present' },
      ...(value === undefined ? [] : [{ kind: 'header', name: 'x-user-id', operator: 'exact', value } as const]),
    ],
    scope: [{ hosts, paths }],
    headers: { set: [] },
  };
}

function laneOf(...rules: readonly Rule[]): CompiledLane {
  return {
    entry: { kind: 'Rollout', namespace: 'n', name: 'l' },
    priority: 0,
    summary: { name: 'l', entry: { kind: 'Rollout', namespace: 'n', name: 'l' }, members: [], active: true, rules: [] },
    rules,
    routes: [],
    baselines: [],
    entries: [],
    memory: [],
    diagnostics: [],
  };
}

/** Whether two rules may want the same request, found out the long way. */
function mayMeet(a: Rule, b: Rule): boolean {
  const [one, other] = [a, b].map(({ scope, conditions }) => ({
    hosts: scope?.[0]?.hosts ?? [],
    segments: (scope?.[0]?.paths ?? []).map(({ operator, value }) =>
      operator === 'regex' ? '' : (value.split('/')[1] ?? ''),
    ),
    value: conditions.flatMap((condition) => ('value' in condition ? [condition.value] : []))[0],
  }));
  if (one === undefined || other === undefined) return false;
  if (one.value !== undefined && other.value !== undefined && one.value !== other.value) return false;
  const isHost = one.hosts.some((host) => other.hosts.some((like) => commonHost(host, like) !== undefined));
  const isPath = one.segments.some((segment) =>
    other.segments.some((like) => segment === like || segment === '' || like === ''),
  );
  return isHost && isPath;
}

const rule = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...HOSTS), { minLength: 1, maxLength: 1 }),
    fc.uniqueArray(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 1 }),
    fc.constantFrom(undefined, '1', '2'),
  )
  .map(([hosts, paths, value]) => ruleOf(hosts, paths, value));

describe('the lanes near a lane', () => {
  test('are all others of which a rule may want a request that it wants, and no more', () => {
    fc.assert(
      fc.property(fc.array(fc.array(rule, { minLength: 1, maxLength: 2 }), { maxLength: 8 }), (all) => {
        const index = new LaneIndex();
        const lanes = all.map((rules) => laneOf(...rules));
        for (const lane of lanes) expect(index.add(lane)).toEqual([]);
        for (const lane of lanes) {
          const others = lanes.filter((other) => other !== lane);
          const near = others.filter((other) => lane.rules.some((a) => other.rules.some((b) => mayMeet(a, b))));
          expect([...index.near(lane)].map((other) => lanes.indexOf(other)).sort()).toEqual(
            near.map((other) => lanes.indexOf(other)).sort(),
          );
        }
      }),
      { numRuns: 400 },
    );
  });

  test('are none of those that were taken away', () => {
    const index = new LaneIndex();
    const [one, other] = [laneOf(ruleOf(['a.example.com'], PATHS)), laneOf(ruleOf(['*.example.com'], PATHS))];
    index.add(one);
    index.add(other);
    expect([...index.near(one)]).toEqual([other]);
    expect(index.remove(other)).toEqual([]);
    expect([...index.near(one)]).toEqual([]);
    expect(index.remove(other)).toEqual([]);
  });

  test('are those at any host when a rule has no scope', () => {
    const index = new LaneIndex();
    const { scope: _, ...anywhere } = ruleOf([], []);
    const [one, other] = [laneOf(anywhere), laneOf(ruleOf(['other.org'], [{ operator: 'exact', value: '/b' }]))];
    index.add(one);
    index.add(other);
    expect([...index.near(one)]).toEqual([other]);
    expect([...index.near(other)]).toEqual([one]);
  });
});

describe('a place with more than 64 lanes', () => {
  const place = ruleOf(['a.example.com'], [{ operator: 'prefix', value: '/a' }]);
  const many = Array.from({ length: 65 }, () => laneOf(place));

  test('has nobody near any more, and says whose neighbours are lost', () => {
    const index = new LaneIndex();
    for (const lane of many.slice(0, 64)) expect(index.add(lane)).toEqual([]);
    const [first] = many;
    const last = many.at(-1);
    if (first === undefined || last === undefined) throw new Error('there are 65');
    expect(index.near(first).size).toBe(63);
    expect(index.add(last)).toEqual(many.slice(0, 64));
    expect(index.near(first).size).toBe(0);
    expect(index.remove(last)).toEqual(many.slice(0, 64));
    expect(index.near(first).size).toBe(63);
    expect(index.remove(first)).toEqual([]);
  });

  test('is not full because of one lane with many rules there', () => {
    const index = new LaneIndex();
    for (const lane of many.slice(0, 63)) index.add(lane);
    expect(index.add(laneOf(place, place, place))).toEqual([]);
  });

  test('does not hide lanes at other places', () => {
    const index = new LaneIndex();
    for (const lane of many) index.add(lane);
    const elsewhere = ruleOf(['a.example.com'], [{ operator: 'prefix', value: '/b' }]);
    const [one, other] = [laneOf(elsewhere), laneOf(elsewhere)];
    index.add(one);
    index.add(other);
    expect([...index.near(one)]).toEqual([other]);
  });
});
