import { describe, expect, test } from 'vitest';
import type { Condition, HeaderChanges, PluginConfig, ScopeEntry } from '../../agent/model/plugin-config.ts';
import { decide, outcomes } from './decide.ts';
import { at, get, tagging, valuesOf } from './examples.ts';
import type { Header } from './request.ts';

const anyone: Condition = { kind: 'method', operator: 'present' };
const nobody: Condition = { kind: 'method', operator: 'absent' };
const fromClient: readonly Header[] = [
  ['x-mse-tag', 'b'],
  ['x_mse_tag', 'c'],
  ['x-mse_tag', 'd'],
  ['x-mse-tag', 'gray'],
];

describe('the rules of a list', () => {
  test('are tried in order, and the first that holds decides', () => {
    const config = { rules: [tagging(nobody), tagging(anyone), tagging(anyone)] };
    expect(decide(config, get('/')).rule).toBe(1);
  });

  test('need all their conditions', () => {
    const config = { rules: [tagging(anyone, { conditions: [anyone, nobody] })] };
    expect(decide(config, get('/')).rule).toBe(-1);
  });

  test('have the first condition that fails as their outcome, whatever the scope says', () => {
    const list = {
      rules: [
        tagging(anyone, { conditions: [anyone, nobody, nobody], scope: [{ hosts: ['other'] }] }),
        tagging(anyone, { scope: [{ hosts: ['other'] }] }),
        tagging(anyone),
      ],
    };
    expect(outcomes(list, get('/'))).toEqual([1, -2, -1]);
  });

  test('leave a request as it is when none holds', () => {
    const request = get('/', [['x', '1']]);
    expect(decide({}, request)).toEqual({ list: -1, rule: -1, headers: request.headers, stripped: false });
  });
});

describe('a scope', () => {
  const isIn = (entry: ScopeEntry, authority: string, path = '/'): boolean =>
    decide({ rules: [tagging(anyone, { scope: [entry] })] }, at(authority, get(path))).rule === 0;

  test.each([
    ['example.com', 'example.com', true],
    ['Example.com', 'eXample.com:8080', true],
    ['example.com', 'a.example.com', false],
    ['*.example.com', 'a.example.com', true],
    ['*.example.com', 'a.b.example.com', false],
    ['*.example.com', 'example.com', false],
    ['*.example.com', '.example.com', false],
    ['*.example.com', 'axexample.com', false],
    ['**.example.com', 'a.example.com', true],
    ['**.example.com', 'a.b.example.com', true],
    ['**.example.com', 'example.com', false],
    ['**.example.com', '.example.com', false],
    ['**.example.com', 'a..example.com', false],
  ])('of host %s holds %s: %s', (pattern, authority, expected) => {
    expect(isIn({ hosts: [pattern] }, authority)).toBe(expected);
  });

  test('needs any of its hosts and any of its paths', () => {
    const entry: ScopeEntry = {
      hosts: ['a', 'b'],
      paths: [
        { operator: 'prefix', value: '/x' },
        { operator: 'exact', value: '/y' },
        { operator: 'regex', value: '/z[0-9]' },
      ],
    };
    expect(isIn(entry, 'b', '/x/1')).toBe(true);
    expect(isIn(entry, 'a', '/y?q')).toBe(true);
    expect(isIn(entry, 'a', '/z1')).toBe(true);
    expect(isIn(entry, 'a', '/y/1')).toBe(false);
    expect(isIn(entry, 'a', '/z12')).toBe(false);
    expect(isIn(entry, 'c', '/x')).toBe(false);
  });

  test('holds when any of its entries holds', () => {
    const scope: readonly ScopeEntry[] = [{ hosts: ['a'] }, { paths: [{ operator: 'prefix', value: '/x' }] }];
    expect(decide({ rules: [tagging(anyone, { scope })] }, at('b', get('/x'))).rule).toBe(0);
    expect(decide({ rules: [tagging(anyone, { scope })] }, at('b', get('/y'))).rule).toBe(-1);
  });
});

describe("a client's tag", () => {
  const left = (config: PluginConfig): readonly string[] =>
    decide(config, get('/', fromClient))
      .headers.slice(3)
      .map(([name, value]) => `${name}: ${value}`);

  test('is removed with its underscore spelling by default', () => {
    expect(left({})).toEqual(['x-mse_tag: d']);
    expect(left({ clientTag: 'strip' })).toEqual(['x-mse_tag: d']);
  });

  test('is removed in every spelling by stripAll', () => {
    expect(left({ clientTag: 'stripAll' })).toEqual([]);
  });

  test('stays with keep', () => {
    expect(left({ clientTag: 'keep' })).toEqual(fromClient.map(([name, value]) => `${name}: ${value}`));
  });

  test('is that of the configured name', () => {
    expect(left({ tagHeader: 'X_Mse-Tag' })).toEqual(['x-mse-tag: b', 'x-mse_tag: d', 'x-mse-tag: gray']);
  });

  test('is replaced by a rule that sets it', () => {
    expect(left({ clientTag: 'stripAll', rules: [tagging(anyone)] })).toEqual(['x-mse-tag: gray']);
  });

  test('counts as stripped when it was removed, not when a rule replaced it', () => {
    const stripped = (name: string, config: PluginConfig): boolean =>
      decide(config, get('/', [[name, 'gray']])).stripped;
    expect(stripped('x-mse-tag', {})).toBe(true);
    expect(stripped('x-mse-tag', { rules: [tagging(anyone)] })).toBe(false);
    expect(stripped('x_mse_tag', { rules: [tagging(anyone)] })).toBe(true);
    expect(stripped('x-mse-tag', { rules: [tagging(anyone, { headers: { remove: ['x-mse-tag'] } })] })).toBe(true);
    expect(stripped('x-mse-tag', { clientTag: 'keep' })).toBe(false);
    expect(stripped('x-user-id', {})).toBe(false);
  });

  test.each(['x-mse-tag', 'x_mse_tag', 'x-mse_tag'])('spelled %s is invisible to conditions', (name) => {
    const condition: Condition = { kind: 'header', name, operator: 'present' };
    expect(decide({ rules: [tagging(condition)] }, get('/', fromClient)).rule).toBe(-1);
    expect(decide({ clientTag: 'keep', rules: [tagging(condition)] }, get('/', fromClient)).rule).toBe(0);
  });

  test('is invisible to a percentage', () => {
    const condition: Condition = {
      kind: 'percent',
      basisPoints: 10_000,
      salt: '',
      key: { kind: 'header', name: 'x-mse-tag' },
    };
    expect(decide({ rules: [tagging(condition)] }, get('/', fromClient)).rule).toBe(-1);
  });
});

describe('the headers of a decision', () => {
  const after = (headers: HeaderChanges, before: readonly Header[], config: PluginConfig = {}): readonly Header[] =>
    decide({ ...config, rules: [tagging(anyone, { headers })] }, get('/', before)).headers.slice(3);
  const doubled: readonly Header[] = [
    ['x', '1'],
    ['y', '2'],
    ['x', '3'],
  ];

  test('are replaced by set, all occurrences by one at the end', () => {
    expect(after({ set: [{ name: 'X', value: 'é' }] }, doubled)).toEqual([
      ['y', '2'],
      ['x', '\u00c3\u00a9'],
    ]);
  });

  test('are appended by add', () => {
    expect(after({ add: [{ name: 'x', value: '4' }] }, doubled)).toEqual([...doubled, ['x', '4']]);
  });

  test('are removed by remove, all occurrences', () => {
    expect(after({ remove: ['X'] }, doubled)).toEqual([['y', '2']]);
  });

  test('have one tag when add names the tag header, also where client tags are kept', () => {
    const headers = after({ add: [{ name: 'x-mse-tag', value: 'gray' }] }, fromClient, { clientTag: 'keep' });
    expect(valuesOf('x-mse-tag', headers)).toEqual(['gray']);
  });
});

describe('the rule lists of Higress', () => {
  const config = (binding: object, more: PluginConfig = {}): PluginConfig => ({
    ...more,
    _rules_: [{ _match_route_: ['never'] }, { rules: [tagging(anyone)], ...binding }],
  });
  const request = at('Api.example.com:80', get('/', [], { route_name: 'ns/a', cluster_name: 'outbound|80||a.ns.svc' }));

  test.each([
    [{ _match_route_: ['ns/a'] }, 1],
    [{ _match_route_: ['ns/b', 'ns/a'] }, 1],
    [{ _match_route_: ['ns'] }, -1],
    [{ _match_route_: ['ns/a'], _match_service_: ['a.ns.svc'] }, 1],
    [{ _match_route_: ['ns/a'], _match_service_: ['b.ns.svc'] }, -1],
    [{ _match_route_: ['ns/a'], _match_domain_: ['other'] }, 1],
    [{ _match_route_: [], _match_domain_: ['api.example.com'] }, 1],
    [{ _match_domain_: ['*.example.com'] }, 1],
    [{ _match_domain_: ['*'] }, 1],
    [{ _match_domain_: ['api.*'] }, 1],
    [{ _match_domain_: ['example.com'] }, -1],
    [{ _match_domain_: ['other'], _match_service_: ['a.ns.svc'] }, -1],
    [{ _match_service_: ['a.ns.svc'] }, 1],
    [{ _match_service_: ['a.ns.svc:80'] }, 1],
    [{ _match_service_: ['a.ns.svc:81'] }, -1],
    [{ _match_route_prefix_: ['ns/'] }, 1],
    [{ _match_route_prefix_: ['x'] }, -1],
    [{ _match_service_: ['x'], _match_route_prefix_: ['ns/'] }, -1],
  ])('with %j are used: %i', (binding, expected) => {
    expect(decide(config(binding), request).list).toBe(expected);
  });

  test('are used alone, without the rules and the tag header of the top level', () => {
    const bound = config({ _match_route_: ['ns/a'], tagHeader: 'x-lane', rules: [] }, { rules: [tagging(anyone)] });
    const decision = decide(bound, { ...request, headers: [...request.headers, ['x-lane', 'a'], ['x-mse-tag', 'b']] });
    expect(decision).toMatchObject({ list: 1, rule: -1, stripped: true });
    expect(decision.headers.at(-1)).toEqual(['x-mse-tag', 'b']);
  });

  test("are found by Envoy's own properties where those of Higress are missing", () => {
    const plain = { ...request, properties: { 'xds.route_name': 'r', 'xds.cluster_name': 'outbound|80|v1|s' } };
    expect(decide(config({ _match_route_: ['r'], _match_service_: ['s'] }), plain).list).toBe(1);
  });

  test('are not bound by service where the cluster is none of a service', () => {
    const cluster = { ...request, properties: { cluster_name: 'a.ns.svc' } };
    expect(decide(config({ _match_service_: ['a.ns.svc'] }), cluster).list).toBe(-1);
  });
});
