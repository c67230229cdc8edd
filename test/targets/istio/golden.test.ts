import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { istioObjects } from '../../../agent/targets/istio/objects.ts';
import { ISTIO_REASONS } from '../../../agent/targets/istio/reasons.ts';
import { Golden } from '../../golden.ts';
import { field } from '../objects.ts';

const golden = new Golden(new URL('testdata/', import.meta.url));
const { cases } = golden;

/** A case holds `routes`, `baselines` and `objects`. */
function render(name: string): ReturnType<typeof istioObjects> {
  const given = parse(golden.input(name), { merge: true });
  const { routes = [], baselines = [], objects = [] } = given;
  return istioObjects({ compiled: { routes, baselines }, objects });
}

golden.test((name) => render(name));

test('every reason is shown by a case', () => {
  const shown = cases.flatMap((name) => render(name).diagnostics.map(({ reason }) => reason));
  expect([...new Set(shown)].sort()).toEqual(Object.keys(ISTIO_REASONS));
});

test('a route leads only to subsets that are applied before it', () => {
  for (const name of cases) {
    const subsets = new Set<unknown>();
    for (const { kind, spec } of render(name).objects) {
      const named = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []);
      if (kind === 'DestinationRule') {
        for (const subset of named(field(spec, 'subsets'))) subsets.add(field(subset, 'name'));
        continue;
      }
      const led = named(field(spec, 'http')).map((route) => field(route, 'route', 0, 'destination', 'subset'));
      expect(led.filter((subset) => subset !== undefined && !subsets.has(subset))).toEqual([]);
    }
  }
});
