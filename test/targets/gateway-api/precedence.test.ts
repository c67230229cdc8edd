import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../agent/model/snapshot.ts';
import { gatewayApiObjects } from '../../../agent/targets/gateway-api/objects.ts';
import { answer, type Request } from '../../routes/gateway-api.ts';
import { field, NOTHING, route, service } from '../objects.ts';

const PINNED = { selector: { app: 'shop', 'pod-template-hash': 'stable' } };
const TAG = { 'x-mse-tag': 'gray' };

function front(name: string, rules: readonly object[], seconds = 0): KubernetesObject {
  const creationTimestamp = new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, creationTimestamp } as KubernetesObject['metadata'],
    spec: { parentRefs: [{ name: 'edge' }], rules },
  };
}

function rendered(fronts: readonly KubernetesObject[]): ReturnType<typeof gatewayApiObjects> {
  const compiled = { ...NOTHING, routes: [route('shop', { mode: 'strict' })] };
  return gatewayApiObjects({ compiled, objects: [service('shop', PINNED), ...fronts] });
}

/** All routes that the gateway has then, without those of the Service itself; graylane's are the youngest. */
function together(fronts: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const own = rendered(fronts).objects.filter((one) => field(one, 'spec', 'parentRefs', 0, 'name') === 'edge');
  const creationTimestamp = '2026-02-01T00:00:00Z';
  return [...fronts, ...own.map((one) => ({ ...one, metadata: { ...one.metadata, creationTimestamp } }))];
}

const value = fc.constantFrom('1', '2');
const match = fc.record(
  {
    path: fc.record({
      type: fc.constantFrom('Exact', 'PathPrefix'),
      value: fc.constantFrom('/', '/a', '/a/b'),
    }),
    method: fc.constantFrom('GET', 'POST'),
    headers: fc.uniqueArray(fc.record({ name: fc.constantFrom('h1', 'h2'), value }), { selector: ({ name }) => name }),
    queryParams: fc.uniqueArray(fc.record({ name: fc.constantFrom('q1', 'q2'), value }), {
      selector: ({ name }) => name,
    }),
  },
  { requiredKeys: [] },
);
const rule = (services: readonly string[]): fc.Arbitrary<object> =>
  fc.record({
    matches: fc.array(match, { maxLength: 2 }),
    backendRefs: fc.constantFrom(...services).map((name) => [{ name, port: 80 }]),
  });
const request: fc.Arbitrary<Request> = fc.record({
  path: fc.constantFrom('/', '/a', '/a/b', '/a/b/c', '/ab'),
  method: fc.constantFrom('GET', 'POST'),
  headers: fc.dictionary(fc.constantFrom('h1', 'h2'), value),
  query: fc.dictionary(fc.constantFrom('q1', 'q2'), value),
});

/** What the user's routes alone say, with the gray pods in the place of those of the Service. */
function promised(fronts: readonly KubernetesObject[], given: Request): string | undefined {
  const name = answer(fronts, given);
  return name === 'shop' ? 'shop-graylane-gray' : name;
}

describe('by the order of precedence that the Gateway API defines', () => {
  test('a tagged request meets gray pods exactly where it would meet the Service, whatever the rules of the HTTPRoute', () => {
    fc.assert(
      fc.property(
        fc.array(rule(['shop', 'other', 'third']), { minLength: 1, maxLength: 5 }),
        request,
        (rules, given) => {
          const fronts = [front('front', rules)];
          const tagged = { ...given, headers: { ...given.headers, ...TAG } };
          expect(answer(together(fronts), tagged)).toBe(promised(fronts, given));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('a request without the tag, or with another one, gets what it got before', () => {
    fc.assert(
      fc.property(fc.array(rule(['shop', 'other']), { minLength: 1, maxLength: 4 }), request, (rules, given) => {
        const fronts = [front('front', rules)];
        const blue = { ...given, headers: { ...given.headers, 'x-mse-tag': 'blue' } };
        expect(answer(together(fronts), given)).toBe(answer(fronts, given));
        expect(answer(together(fronts), blue)).toBe(answer(fronts, given));
      }),
      { numRuns: 500 },
    );
  });

  test('a tagged request is led astray by the rules of another HTTPRoute only where that was said', () => {
    const rules = (services: readonly string[]): fc.Arbitrary<readonly object[]> =>
      fc.array(rule(services), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        rules(['shop', 'third']),
        rules(['other']),
        fc.integer({ min: -1, max: 1 }),
        request,
        (own, others, age, given) => {
          const fronts = [front('front', own), front('other', others, age)];
          const tagged = { ...given, headers: { ...given.headers, ...TAG } };
          const { diagnostics } = rendered(fronts);
          if (diagnostics.some(({ reason }) => reason === 'OrderChanged')) return;
          expect(answer(together(fronts), tagged)).toBe(promised(fronts, given));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test('no more than 15 tags of a Service are led to, and that is said', () => {
  const routes = Array.from({ length: 17 }, (_, index) => route('shop', { tagValue: `t${index}`, mode: 'strict' }));
  const { objects, diagnostics } = gatewayApiObjects({
    compiled: { ...NOTHING, routes },
    objects: [service('shop', PINNED)],
  });
  expect(objects.filter(({ kind }) => kind === 'Service')).toHaveLength(16);
  expect(diagnostics.map(({ reason }) => reason)).toEqual(['TooManyTags']);
});
