import { describe, expect, test } from 'vitest';
import type { HigressRule, PluginConfig } from '../../agent/model/plugin-config.ts';
import type { Request } from '../../agent/wasm/root-context.ts';
import { forUser, get, serving, valuesOf, withPseudo } from './gateway.ts';

type Binding = Pick<HigressRule, '_match_route_' | '_match_domain_' | '_match_service_' | '_match_route_prefix_'>;

/** Which of these match rules is for the request; -1: the top level. */
const bound = (bindings: readonly Binding[], request: Request): number => {
  const rules = [forUser('1')];
  return serving({ _rules_: bindings.map((binding) => ({ ...binding, rules })) }).decide(request).list;
};
const isBound = (binding: Binding, request: Request): boolean => bound([binding], request) === 0;
const with_ = (properties: Readonly<Record<string, string>>): Request => get('/', [], properties);
const at = (authority: string | undefined): Request => withPseudo(':authority', authority);
const cluster = (name: string): Request => with_({ cluster_name: name });

describe('a match rule on routes', () => {
  test('is for the routes of these names, byte by byte', () => {
    const routes = { _match_route_: ['ns/a', 'é'] };
    const names = ['ns/a', 'é', 'ns/A', 'ns/ab', 'ns/', ''];
    expect(names.map((name) => isBound(routes, with_({ route_name: name })))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test('takes the name of stock Envoy when Higress has none', () => {
    const routes = { _match_route_: ['a'] };
    expect(isBound(routes, with_({ 'xds.route_name': 'a' }))).toBe(true);
    expect(isBound(routes, with_({ route_name: 'b', 'xds.route_name': 'a' }))).toBe(false);
    expect(isBound(routes, with_({}))).toBe(false);
  });

  test('with services is for both together', () => {
    const both = { _match_route_: ['a'], _match_service_: ['s'] };
    expect(isBound(both, with_({ route_name: 'a', cluster_name: 'outbound|80||s' }))).toBe(true);
    expect(isBound(both, with_({ route_name: 'a', cluster_name: 'outbound|80||t' }))).toBe(false);
    expect(isBound(both, with_({ route_name: 'b', cluster_name: 'outbound|80||s' }))).toBe(false);
    expect(isBound(both, with_({ route_name: 'a' }))).toBe(false);
  });

  test('does not look at domains and prefixes', () => {
    const all = { _match_route_: ['a'], _match_domain_: ['other.io'], _match_route_prefix_: ['b'] };
    expect(isBound(all, with_({ route_name: 'a' }))).toBe(true);
    expect(isBound(all, withPseudo(':authority', 'other.io', with_({ route_name: 'bb' })))).toBe(false);
  });
});

describe('a match rule on domains', () => {
  test.each([
    ['example.com', 'example.com', true],
    ['Example.COM', 'EXAMPLE.com:8080', true],
    ['example.com', 'a.example.com', false],
    ['*.example.com', 'a.example.com', true],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*example.com', 'example.com', true],
    ['*', 'anything', true],
    ['*', '', true],
    ['example.*', 'example.org', true],
    ['Example.*', 'example.', true],
    ['example.*', 'exampl', false],
    ['example.*', 'a.example.org', false],
    ['*.long.example.com', 'x', false],
  ])('%s is for %j: %s', (domain, authority, holds) => {
    expect(isBound({ _match_domain_: [domain] }, at(authority))).toBe(holds);
  });

  test('is for any of them', () => {
    const domains = { _match_domain_: ['a.io', 'b.io'] };
    expect(['a.io', 'b.io', 'c.io'].map((host) => isBound(domains, at(host)))).toEqual([true, true, false]);
  });

  test('is not for a request without a host', () => {
    expect(isBound({ _match_domain_: ['*'] }, at(undefined))).toBe(false);
  });

  test('does not look at services and prefixes', () => {
    const all = { _match_domain_: ['a.io'], _match_service_: ['s'], _match_route_prefix_: ['r'] };
    expect(isBound(all, at('a.io'))).toBe(true);
    expect(isBound(all, with_({ cluster_name: 'outbound|80||s', route_name: 'r' }))).toBe(false);
  });
});

describe('a match rule on services', () => {
  test.each([
    ['a.ns.svc', 'outbound|80||a.ns.svc', true],
    ['a.ns.svc', 'outbound|80|v1|a.ns.svc', true],
    ['a.ns.svc:80', 'outbound|80|v1|a.ns.svc', true],
    ['a.ns.svc:81', 'outbound|80||a.ns.svc', false],
    ['a.ns.svc:8', 'outbound|80||a.ns.svc', false],
    ['a.ns.svc:', 'outbound|80||a.ns.svc', false],
    ['a.ns', 'outbound|80||a.ns.svc', false],
    ['a.ns.svc', 'outbound|80||b.a.ns.svc', false],
    ['a.ns.svc', 'inbound|80||a.ns.svc', false],
    ['a.ns.svc', 'outbound|80|a.ns.svc', false],
    ['a.ns.svc', 'outbound|80||a.ns.svc|x', false],
    ['a.ns.svc', 'a.ns.svc', false],
    ['a.ns.svc', 'outbound', false],
    ['a.ns.svc', 'outbound|', false],
    ['a.ns.svc', '', false],
    ['80', 'outbound|80', false],
  ])('%s is for the cluster %s: %s', (service, name, holds) => {
    expect(isBound({ _match_service_: [service] }, cluster(name))).toBe(holds);
  });

  test('takes the name of stock Envoy when Higress has none', () => {
    const services = { _match_service_: ['s'] };
    expect(isBound(services, with_({ 'xds.cluster_name': 'outbound|80||s' }))).toBe(true);
    expect(isBound(services, with_({ cluster_name: 'other', 'xds.cluster_name': 'outbound|80||s' }))).toBe(false);
    expect(isBound(services, with_({}))).toBe(false);
  });

  test('does not look at prefixes', () => {
    const both = { _match_service_: ['s'], _match_route_prefix_: ['r'] };
    expect(isBound(both, with_({ route_name: 'r' }))).toBe(false);
  });
});

describe('a match rule on prefixes of routes', () => {
  test.each([
    ['ns/', 'ns/a', true],
    ['ns/', 'ns/', true],
    ['ns/', 'ns', false],
    ['ns/', 'x/ns/a', false],
  ])('%s is for %s: %s', (prefix, name, holds) => {
    expect(isBound({ _match_route_prefix_: [prefix] }, with_({ route_name: name }))).toBe(holds);
  });

  test('takes the name of stock Envoy too', () => {
    expect(isBound({ _match_route_prefix_: ['ns/'] }, with_({ 'xds.route_name': 'ns/a' }))).toBe(true);
    expect(isBound({ _match_route_prefix_: ['ns/'] }, with_({}))).toBe(false);
  });
});

describe('match rules', () => {
  test('are tried in order, and the first that is for the request is used', () => {
    const rules = [{ _match_domain_: ['x.io'] }, { _match_route_: ['a'] }, { _match_route_prefix_: ['a'] }];
    expect(bound(rules, with_({ route_name: 'a' }))).toBe(1);
    expect(bound(rules, with_({ route_name: 'ab' }))).toBe(2);
    expect(bound(rules, withPseudo(':authority', 'x.io', with_({ route_name: 'a' })))).toBe(0);
    expect(bound(rules, with_({ route_name: 'b' }))).toBe(-1);
  });

  test('with empty lists beside others are as if without', () => {
    const binding = { _match_route_: [], _match_domain_: ['example.com'], _match_service_: [] };
    expect(isBound(binding, get())).toBe(true);
  });

  const config: PluginConfig = {
    tagHeader: 'x-top',
    clientTag: 'keep',
    rules: [forUser('1', { id: 'top' })],
    _rules_: [
      { _match_route_: ['empty'] },
      { _match_route_: ['own'], tagHeader: 'x-own', clientTag: 'stripAll', rules: [forUser('2', { id: 'own' })] },
    ],
  };
  const decide = (route: string, user: string) => {
    const tags = ['x-top', 'x-own', 'x_own', 'x-mse-tag'].map((name) => [name, 'a'] as const);
    return serving(config).decide(get('/', [['x-user-id', user], ...tags], { route_name: route }));
  };

  test('leave other requests to the top level', () => {
    const decided = decide('other', '1');
    expect(decided).toMatchObject({ list: -1, rule: 0 });
    expect(valuesOf('x-top', decided)).toEqual(['a']);
  });

  test('are used alone: no rule of the top level decides', () => {
    expect(decide('own', '1')).toMatchObject({ list: 1, rule: -1 });
    expect(decide('own', '2')).toMatchObject({ list: 1, rule: 0 });
    expect(decide('empty', '1')).toMatchObject({ list: 0, rule: -1 });
  });

  test('have a tag header of their own, or the default', () => {
    const own = decide('own', '1');
    expect(['x-top', 'x-own', 'x_own', 'x-mse-tag'].map((name) => valuesOf(name, own).length)).toEqual([1, 0, 0, 1]);
    const empty = decide('empty', '1');
    expect(['x-top', 'x-own', 'x_own', 'x-mse-tag'].map((name) => valuesOf(name, empty).length)).toEqual([1, 1, 1, 0]);
  });

  test('without a top level leave other requests without lanes', () => {
    const gateway = serving({ _rules_: [{ _match_route_: ['a'], rules: [forUser('1')] }] });
    const decided = gateway.decide(
      get(
        '/',
        [
          ['x-user-id', '1'],
          ['x-mse-tag', 'a'],
        ],
        { route_name: 'b' },
      ),
    );
    expect(decided).toMatchObject({ list: -1, rule: -1 });
    expect(valuesOf('x-mse-tag', decided)).toEqual([]);
  });

  test('may stand before the rules of the top level', () => {
    const gateway = serving(
      `{"_rules_":[{"rules":[],"_match_route_":["a"]}],"rules":${JSON.stringify([forUser('1')])}}`,
    );
    expect(gateway.decide(get('/', [['x-user-id', '1']]))).toMatchObject({ list: -1, rule: 0 });
    expect(gateway.decide(get('/', [['x-user-id', '1']], { route_name: 'a' }))).toMatchObject({ list: 0, rule: -1 });
  });
});
