import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requestOf } from '../../agent/commands/request.ts';
import { compile } from '../../agent/compile/compile.ts';
import { Compiler } from '../../agent/compile/compiler.ts';
import type { Compiled } from '../../agent/model/compiled.ts';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { explainerOf } from '../../agent/wasm/explainer.ts';
import { outcomes } from '../reference/decide.ts';
import { bytesOf, type Request } from '../reference/request.ts';
import { production } from '../wasm/production.ts';

/** How a lane's entry comes to its requests, and which of them it wants. */
interface LaneFixture {
  readonly step: object;
  /** Where its Ingress or HTTPRoute leads to it from; without one its rules decide on every request. */
  readonly front?:
    | { readonly kind: 'Ingress' | 'HTTPRoute'; readonly host: string | undefined; readonly path: string }
    | undefined;
  readonly annotations?: Readonly<Record<string, string>>;
}

function objectsOf(name: string, { step, front, annotations = {} }: LaneFixture): readonly KubernetesObject[] {
  const scope = front === undefined ? { 'graylane.io/scope': 'all' } : {};
  const modifier = { set: [{ name: 'x-mse-tag', value: name }] };
  const entry = {
    apiVersion: 'rollouts.kruise.io/v1beta1',
    kind: 'Rollout',
    metadata: { name, annotations: { ...scope, ...annotations } },
    spec: {
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      strategy: { canary: { steps: [{ ...step, requestHeaderModifier: modifier, replicas: 1 }] } },
    },
    status: {
      phase: 'Progressing',
      conditions: [{ type: 'Progressing', status: 'True', reason: 'InRolling' }],
      canaryStatus: {
        currentStepIndex: 1,
        currentStepState: 'StepPaused',
        canaryRevision: 'v2',
        canaryReadyReplicas: 1,
        podTemplateHash: 'gray',
        stableRevision: 'stable',
      },
    },
  };
  return front === undefined ? [entry] : [entry, frontOf(name, front)];
}

function frontOf(name: string, { kind, host, path }: NonNullable<LaneFixture['front']>): KubernetesObject {
  const metadata = { name };
  if (kind === 'Ingress') {
    const paths = [{ path, pathType: 'Prefix', backend: { service: { name } } }];
    return { apiVersion: 'networking.k8s.io/v1', kind, metadata, spec: { rules: [{ host, http: { paths } }] } };
  }
  const rules = [{ matches: [{ path: { value: path } }], backendRefs: [{ name }] }];
  const hostnames = host === undefined ? [] : [host];
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata, spec: { hostnames, rules } };
}

/** Lanes of the names a, b, c and so on. */
function compiled(...lanes: readonly LaneFixture[]): Compiled {
  return compile({ objects: lanes.flatMap((lane, i) => objectsOf(nameOf(i), lane)), nowMs: 0 });
}

function nameOf(index: number): string {
  return String.fromCharCode(0x61 + index);
}

/** An overlap that was reported: the rules, and the example as it stands in the message. */
interface Reported {
  readonly first: string;
  readonly later: string;
  readonly object: string;
  readonly example: string;
}

const MESSAGE =
  /^The rule (\S+) of another lane comes first for requests that (\S+) takes too, for example: graylane explain (.*)\. Give /s;

function overlapsOf({ diagnostics }: Compiled): readonly Reported[] {
  return diagnostics
    .filter(({ reason }) => reason === 'LanesOverlap')
    .map(({ message, object }) => {
      const [, first = '', later = '', example = ''] = MESSAGE.exec(message) ?? [];
      return { first, later, object: object.name, example };
    });
}

/** The words of a command line as a shell takes them. */
function wordsOf(text: string): readonly string[] {
  const words = text.match(/(?:\\'|'[^']*'|[^\s'\\])+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|\\'/g, (_, inner: string | undefined) => inner ?? "'"));
}

/** The request that `graylane explain` makes of these arguments. */
function explained(example: string): ReturnType<typeof requestOf> {
  const [url = '', ...rest] = wordsOf(example);
  const headers = rest.filter((word) => word !== '-H');
  return requestOf({ url, method: 'GET', headers, source: undefined, properties: [] });
}

function referenceRequest(example: string): Request {
  const { headers } = explained(example);
  return { headers: headers.map(([name, value]) => [name.toLowerCase(), bytesOf(value)] as const), properties: {} };
}

/** Ids of the rules that take the request. */
function takers(config: PluginConfig, request: Request): readonly string[] {
  const all = outcomes(config, request);
  return (config.rules ?? []).filter((_, index) => all[index] === -1).map(({ id }) => id);
}

/** True when the plugin, asked with this rule alone, lets it decide. */
function pluginTakes(config: PluginConfig, rule: string, example: string): boolean {
  const alone = { rules: (config.rules ?? []).filter(({ id }) => id === rule) };
  const answer = explainerOf(production, JSON.stringify(alone)).explain(explained(example));
  return answer.startsWith(`rule ${rule} decides`);
}

const user = (value: string, more: object = {}): object => ({
  matches: [{ headers: [{ name: 'x-user-id', value }], ...more }],
});
const ingressAt = (host: string, path: string): LaneFixture['front'] => ({ kind: 'Ingress', host, path });

describe('two lanes that want the same requests', () => {
  const team = { matches: [{ headers: [{ name: 'x-team', value: "it's 5% & more" }] }] };
  const cookie = { matches: [{ headers: [{ name: 'canary-by-cookie', value: 'beta' }] }] };
  const query = { matches: [{ queryParams: [{ name: 'a b', value: "1+1 = 'two' ü" }], path: { value: '/a/x' } }] };

  test.each<readonly [string, LaneFixture, LaneFixture, string]>([
    [
      'by headers',
      { step: user('1') },
      { step: team },
      `http://example.com/ -H 'x-user-id: 1' -H 'x-team: it'\\''s 5% & more'`,
    ],
    [
      'by a cookie and a header',
      { step: user('1') },
      { step: cookie, front: ingressAt('shop.example.com', '/a') },
      `http://shop.example.com/a -H 'x-user-id: 1' -H 'cookie: beta=always'`,
    ],
    [
      'by a query and a path within the scope of the other',
      { step: query, front: ingressAt('*.example.com', '/') },
      { step: user('1'), front: { kind: 'HTTPRoute', host: '*.example.com', path: '/a' } },
      `'http://any.example.com/a/x?a%20b=1%2B1%20%3D%20'\\''two'\\''%20%C3%BC' -H 'x-user-id: 1'`,
    ],
    [
      'by a share and a header',
      { step: { traffic: '20%' }, annotations: { 'graylane.io/sticky-key': 'cookie:uid' } },
      { step: user('1') },
      `http://example.com/ -H 'x-user-id: 1' -H 'cookie: uid=3'`,
    ],
    ['by shares of different keys', { step: { traffic: '10%' } }, { step: { traffic: '15%' } }, ''],
  ])('are told of, %s, with a request that both take', (_, a, b, expected) => {
    const result = compiled(a, b);
    const [overlap, ...others] = overlapsOf(result);
    expect(others).toEqual([]);
    expect(overlap).toMatchObject({ first: expect.stringMatching('^default/a/'), object: 'b' });
    if (overlap === undefined) return;
    if (expected !== '') expect(overlap.example).toBe(expected);
    expect(takers(result.pluginConfig, referenceRequest(overlap.example))).toEqual([overlap.first, overlap.later]);
    for (const rule of [overlap.first, overlap.later]) {
      expect(pluginTakes(result.pluginConfig, rule, overlap.example)).toBe(true);
    }
  });

  test.each<readonly [string, LaneFixture, LaneFixture]>([
    ['ask for different values', { step: user('1') }, { step: user('2') }],
    [
      'ask for different paths',
      { step: user('1', { path: { value: '/a' } }) },
      { step: user('1', { path: { value: '/ab' } }) },
    ],
    [
      'have different hosts',
      { step: user('1'), front: ingressAt('a.example.com', '/') },
      { step: user('1'), front: ingressAt('b.example.com', '/') },
    ],
    [
      'have a wildcard for another number of labels',
      { step: user('1'), front: ingressAt('*.example.com', '/') },
      { step: user('1'), front: ingressAt('a.b.example.com', '/') },
    ],
    [
      'have paths beside each other',
      { step: user('1'), front: ingressAt('a.example.com', '/a') },
      { step: user('1'), front: ingressAt('a.example.com', '/b') },
    ],
    ['are alike in everything, which is said otherwise', { step: user('1') }, { step: user('1') }],
    [
      'have an expression, of which no example is made',
      { step: { matches: [{ headers: [{ type: 'RegularExpression', name: 'x-team', value: 'a+' }] }] } },
      { step: user('1') },
    ],
    [
      'ask for the header of cookies and for a cookie',
      { step: { matches: [{ headers: [{ name: 'cookie', value: 'a=b' }] }] } },
      { step: cookie },
    ],
  ])('are not told of where they %s', (_, a, b) => {
    expect(overlapsOf(compiled(a, b))).toEqual([]);
  });

  test('are told of once, on the one of the smaller priority', () => {
    const step = { matches: ['1', '2'].map((value) => ({ headers: [{ name: 'x-user-id', value }] })) };
    const first = { step: team, annotations: { 'graylane.io/priority': '1' } };
    expect(overlapsOf(compiled({ step }, first)).map(({ first, later, object }) => [first, later, object])).toEqual([
      ['default/b/1/0', 'default/a/1/0', 'a'],
    ]);
  });

  test('are told of without an example that nobody could read', () => {
    const { diagnostics } = compiled({ step: user('1'.repeat(600)) }, { step: team });
    expect(diagnostics.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The rule default\/a\/1\/0 of another lane .* takes too\. Give/),
    ]);
  });

  test('are looked for among 64 lanes at one place, and not among more', () => {
    const lane = (i: number) => ({ step: { matches: [{ headers: [{ name: `x-${i}`, value: '1' }] }] } });
    const objects = Array.from({ length: 65 }, (_, i) => objectsOf(`lane-${i}`, lane(i))).flat();
    const compiler = new Compiler();
    const count = (list: readonly KubernetesObject[]): number =>
      overlapsOf(compiler.compile({ namespaces: new Map([['', list]]), nowMs: 0 })).length;
    expect([objects, objects.slice(0, 64), objects, objects.slice(1)].map(count)).toEqual([0, 2016, 0, 2016]);
  });
});

const names = fc.constantFrom('x-a', 'x-b');
const texts = fc.constantFrom('1', '2');
const hosts = fc.constantFrom(undefined, 'a.example.com', '*.example.com', 'b.a.example.com', '*.a.example.com');
const paths = fc.constantFrom('/', '/a', '/a/b', '/ab/', '/b');

const anyMatch = fc
  .record({
    header: fc.option(fc.record({ name: names, value: texts }), { nil: undefined }),
    cookie: fc.boolean(),
    query: fc.option(fc.record({ name: names, value: texts }), { nil: undefined }),
    path: fc.option(fc.record({ type: fc.constantFrom('Exact', 'PathPrefix'), value: paths }), { nil: undefined }),
  })
  .map(({ header, cookie, query, path }) => ({
    headers: [...(header ? [header] : []), ...(cookie ? [{ name: 'canary-by-cookie', value: 'c' }] : [])],
    queryParams: query ? [query] : [],
    ...(path && { path }),
  }));

const anyLane: fc.Arbitrary<LaneFixture> = fc.record({
  step: fc.oneof(
    fc.array(anyMatch, { minLength: 1, maxLength: 2 }).map((matches) => ({ matches })),
    fc.constant({ traffic: '60%' }),
  ),
  front: fc.option(
    fc.record({ kind: fc.constantFrom('Ingress' as const, 'HTTPRoute' as const), host: hosts, path: paths }),
    { nil: undefined },
  ),
  annotations: fc.constantFrom({}, { 'graylane.io/priority': '1' }, { 'graylane.io/sticky-key': 'header:x-a' }),
});

const anyRequest: fc.Arbitrary<Request> = fc
  .record({
    host: fc.constantFrom('a.example.com', 'b.a.example.com', 'c.b.a.example.com', 'example.com', 'any.a.example.com'),
    path: fc.constantFrom('/', '/a', '/a/b', '/a/b/c', '/ab', '/ab/', '/b'),
    query: fc.constantFrom('', '?x-a=1', '?x-a=2', '?x-b=1&x-a=1', '?x-b=2'),
    headers: fc.uniqueArray(
      fc.tuple(fc.constantFrom('x-a', 'x-b', 'x-request-id'), texts).map(([name, value]) => [name, value] as const),
      { selector: ([name]) => name },
    ),
    cookie: fc.boolean(),
  })
  .map(({ host, path, query, headers, cookie }) => ({
    headers: [
      [':method', 'GET'],
      [':authority', host],
      [':path', `${path}${query}`],
      ...headers,
      ...(cookie ? [['cookie', 'c=always'] as const] : []),
    ],
    properties: {},
  }));

const laneOf = (rule: string): string => rule.split('/').slice(0, 2).join('/');

describe('for any lanes', () => {
  test('the example of an overlap is taken by both rules', () => {
    let count = 0;
    fc.assert(
      fc.property(fc.array(anyLane, { minLength: 2, maxLength: 5 }), (lanes) => {
        const result = compiled(...lanes);
        for (const { first, later, example } of overlapsOf(result)) {
          count += 1;
          const taking = takers(result.pluginConfig, referenceRequest(example));
          expect(taking.filter((rule) => rule === first || rule === later)).toEqual([first, later]);
        }
      }),
      { numRuns: 500 },
    );
    expect(count).toBeGreaterThan(100);
  });

  test('no request is taken by two lanes that are not told of', () => {
    fc.assert(
      fc.property(
        fc.array(anyLane, { minLength: 2, maxLength: 4 }),
        fc.array(anyRequest, { minLength: 20, maxLength: 20 }),
        (lanes, requests) => {
          const result = compiled(...lanes);
          const said = new Set(overlapsOf(result).map(({ first, later }) => `${laneOf(first)} ${laneOf(later)}`));
          const rules = new Map((result.pluginConfig.rules ?? []).map((rule) => [rule.id, rule]));
          const ground = (id: string): string => {
            const { conditions, scope } = rules.get(id) ?? {};
            return JSON.stringify([conditions, scope]);
          };
          for (const request of requests) {
            const taking = takers(result.pluginConfig, request);
            for (const [index, first] of taking.entries()) {
              for (const later of taking.slice(index + 1)) {
                if (laneOf(first) === laneOf(later) || ground(first) === ground(later)) continue;
                expect(said).toContain(`${laneOf(first)} ${laneOf(later)}`);
              }
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
