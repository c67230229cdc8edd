import { describe, expect, test, vi } from 'vitest';
import type { Condition, PluginConfig, Rule } from '../../agent/model/plugin-config.ts';
import type { HostFunctionName } from '../../agent/wasm/abi.ts';
import type { Header } from '../../agent/wasm/header-map.ts';
import type { Request } from '../../agent/wasm/root-context.ts';
import { forUser, get, serving, tagging } from './gateway.ts';

/**
 * The bill of a request: each value that the host hands over costs about a microsecond, each miss a tenth.
 */

const SHORT = {
  proxy_get_header_map_value: 'get',
  proxy_get_header_map_pairs: 'pairs',
  proxy_replace_header_map_value: 'replace',
  proxy_add_header_map_value: 'add',
  proxy_remove_header_map_value: 'remove',
  proxy_get_property: 'property',
  proxy_increment_metric: 'count',
} as const satisfies Partial<Record<HostFunctionName, string>>;

/** How often a request makes the plugin call each host function, and how many values it is handed. */
function bill(config: PluginConfig, request: Request): Readonly<Record<string, number>> {
  const { vm, root } = serving(config);
  const stream = root.stream();
  vm.calls.reset();
  const deliver = vi.spyOn(vm, 'allocate');
  stream.requestHeaders(request);
  const names = new Map<string, string>(Object.entries(SHORT));
  const calls = Object.entries(vm.calls.counts()).map(([name, count]) => [names.get(name) ?? name, count]);
  return Object.fromEntries([...calls, ['delivered', deliver.mock.calls.length]]);
}

const user = (value: string): Header => ['x-user-id', value];
const oneRule = { rules: [forUser('100')] };
const withConditions = (...conditions: readonly Condition[]): PluginConfig => ({
  rules: [{ ...forUser('100'), conditions }],
});
const is = (name: string): Condition => ({ kind: 'header', name, operator: 'exact', value: '1' });

describe('no rules ask only for the tag of the client', () => {
  test.each([
    ['nothing', ''],
    ['an empty object', '{}'],
    ['an empty list', '{"rules":[]}'],
  ])('in %s', (_, config) => {
    const { vm, root } = serving(config);
    vm.calls.reset();
    root.request(get('/', [user('100')]));
    expect(vm.calls.counts()).toEqual({ proxy_get_header_map_value: 2 });
  });

  test('once for a tag header without dashes', () => {
    expect(bill({ tagHeader: 'lane' }, get())).toEqual({ get: 1, delivered: 0 });
  });

  test('not even that where clients may choose', () => {
    expect(bill({ clientTag: 'keep' }, get())).toEqual({ delivered: 0 });
  });

  test('and take it away, with one counter', () => {
    const request = get('/', [['x-mse-tag', 'gray']]);
    expect(bill({}, request)).toEqual({ get: 2, remove: 1, count: 1, delivered: 1 });
  });

  test('and take both spellings away, with one counter', () => {
    const request = get('/', [
      ['x-mse-tag', 'gray'],
      ['x_mse_tag', 'gray'],
    ]);
    expect(bill({}, request)).toEqual({ get: 2, remove: 2, count: 1, delivered: 2 });
  });
});

describe('one header rule', () => {
  test('makes three calls and has nothing delivered when the client sends neither the header nor a tag', () => {
    expect(bill(oneRule, get())).toEqual({ get: 3, delivered: 0 });
  });

  test('has the header delivered when it is there and does not match', () => {
    expect(bill(oneRule, get('/', [user('7')]))).toEqual({ get: 3, delivered: 1 });
  });

  test('that matches replaces the tag and counts, and looks only for the other spelling of it', () => {
    expect(bill(oneRule, get('/', [user('100')]))).toEqual({ get: 2, delivered: 1, replace: 1, count: 1 });
  });

  test('that matches does not look at the tag that the client sent', () => {
    const request = get('/', [user('100'), ['x-mse-tag', 'x'.repeat(100)]]);
    expect(bill(oneRule, request)).toEqual({ get: 2, delivered: 1, replace: 1, count: 1 });
  });

  test('whose header is empty has nothing delivered', () => {
    expect(bill(oneRule, get('/', [user('')]))).toEqual({ get: 3, delivered: 0 });
  });

  test('that matches where clients may choose does not look for tags', () => {
    const config = { ...oneRule, clientTag: 'keep' } as const;
    expect(bill(config, get('/', [user('100')]))).toEqual({ get: 1, delivered: 1, replace: 1, count: 1 });
  });

  test('with an id set, a percentage and an exact value looks at its header once', () => {
    const conditions: readonly Condition[] = [
      { kind: 'header', name: 'x-user-id', operator: 'prefix', value: '1' },
      { kind: 'header', name: 'X-User-ID', operator: 'in', set: 'ids' },
      { kind: 'percent', basisPoints: 10_000, salt: '', key: { kind: 'header', name: 'x-user-id' } },
    ];
    const config = { ...withConditions(...conditions), sets: { ids: ['100'] } };
    expect(bill(config, get('/', [user('100')]))).toEqual({ get: 2, delivered: 1, replace: 1, count: 1 });
  });
});

describe('many rules on one header', () => {
  const rules = Array.from({ length: 10_000 }, (_, index) => forUser(`u${index}`));

  test('make no more calls than one', () => {
    expect(bill({ rules }, get())).toEqual({ get: 3, delivered: 0 });
    expect(bill({ rules }, get('/', [user('7')]))).toEqual({ get: 3, delivered: 1 });
    expect(bill({ rules }, get('/', [user('u9999')]))).toEqual({ get: 2, delivered: 1, replace: 1, count: 1 });
  });
});

describe('two sources or more, or a cookie, are read all at once', () => {
  const cookie: Condition = { kind: 'cookie', name: 'u', operator: 'exact', value: '1' };
  const query: Condition = { kind: 'query', name: 'u', operator: 'exact', value: '1' };
  const path: Condition = { kind: 'path', operator: 'exact', value: '/a' };
  const host: Condition = { kind: 'host', operator: 'exact', value: 'a.io' };
  const method: Condition = { kind: 'method', operator: 'exact', value: 'PUT' };

  test.each([
    ['two headers', [is('a'), is('b')]],
    ['a header and a query parameter', [is('a'), query]],
    ['a header and the path', [is('a'), path]],
    ['path and host', [path, host]],
    ['method and path', [method, path]],
    ['a cookie', [cookie]],
    ['two cookies', [cookie, { ...cookie, name: 'v' }]],
    ['a header and a percentage of another', [is('a'), { kind: 'percent', basisPoints: 1, salt: '' }]],
  ] as const)('%s', (_, conditions) => {
    expect(bill(withConditions(...conditions), get('/', [['a', '1']]))).toEqual({ pairs: 1, delivered: 1 });
  });

  test('in two rules as in one', () => {
    const rules = [is('a'), is('b')].map((condition, index) => tagging(condition, { id: `${index}` }));
    expect(bill({ rules }, get('/', [['b', '1']]))).toEqual({ pairs: 1, delivered: 1, replace: 1, count: 1 });
  });

  test('and every spelling of the tag is taken away without a look', () => {
    const request = get('/', [
      ['x-mse-tag', '1'],
      ['x_mse-tag', '2'],
    ]);
    expect(bill(withConditions(is('a'), is('b')), request)).toEqual({ pairs: 1, delivered: 1, remove: 2, count: 1 });
  });

  test.each([
    ['several query parameters', [query, { ...query, name: 'v' }], 3],
    ['query and path', [{ ...query, negate: true }, path], 3],
    ['one header twice', [is('a'), { ...is('a'), negate: true }], 3],
    ['the method', [method], 3],
    ['the host', [host], 3],
  ] as const)('but not %s', (_, conditions, gets) => {
    const { pairs, get: got } = bill(withConditions(...conditions), get());
    expect([pairs, got]).toEqual([undefined, gets]);
  });

  test('but not the address of the client, which is no header', () => {
    const sourceIp: Condition = { kind: 'sourceIp', cidrs: ['10.0.0.0/8'] };
    const request = get('/', [], { 'source.address': '1.1.1.1:1' });
    expect(bill(withConditions(sourceIp), request)).toEqual({ get: 2, property: 1, delivered: 1 });
    expect(bill(withConditions({ ...is('a'), negate: true }, sourceIp), request)).toEqual({
      get: 3,
      property: 1,
      delivered: 1,
    });
  });

  test('always, where every spelling of a tag must go', () => {
    expect(bill({ clientTag: 'stripAll' }, get())).toEqual({ pairs: 1, delivered: 1 });
    expect(bill({ ...oneRule, clientTag: 'stripAll' }, get('/', [user('100')]))).toEqual({
      pairs: 1,
      delivered: 1,
      replace: 1,
      count: 1,
    });
  });
});

describe('a scope', () => {
  const scoped = (scope: Rule['scope']): PluginConfig => ({
    rules: [forUser('100', scope === undefined ? {} : { scope })],
  });
  const paths = [{ operator: 'prefix', value: '/a' }] as const;

  test('of hosts and paths makes a match cost one more delivery, of all headers', () => {
    const config = scoped([{ hosts: ['example.com'], paths }]);
    expect(bill(config, get('/a', [user('100')]))).toEqual({ get: 1, pairs: 1, delivered: 2, replace: 1, count: 1 });
    expect(bill(config, get('/a', [user('7')]))).toEqual({ get: 3, delivered: 1 });
    expect(bill(config, get('/a'))).toEqual({ get: 3, delivered: 0 });
  });

  test.each([
    ['hosts', { hosts: ['example.com'] }],
    ['paths', { paths }],
  ] as const)('of %s alone makes it cost one header more', (_, entry) => {
    expect(bill(scoped([entry]), get('/a', [user('100')]))).toEqual({ get: 3, delivered: 2, replace: 1, count: 1 });
  });

  test('of ten entries costs no more than of one', () => {
    const scope = Array.from({ length: 10 }, (_, index) => ({ hosts: [`${index}.io`], paths }));
    expect(bill(scoped(scope), get('/a', [user('100')]))).toEqual({ get: 1, pairs: 1, delivered: 2 });
  });
});

describe('match rules of Higress', () => {
  const bound = (binding: object): PluginConfig => ({ _rules_: [{ ...binding, rules: [forUser('100')] }] });

  test('on routes ask for the name of the route, where stock Envoy has it only when Higress does not', () => {
    const config = bound({ _match_route_: ['a'] });
    expect(bill(config, get('/', [], { route_name: 'a' }))).toEqual({ property: 1, get: 3, delivered: 1 });
    expect(bill(config, get('/', [], { 'xds.route_name': 'a' }))).toEqual({ property: 2, get: 3, delivered: 1 });
    expect(bill(config, get())).toEqual({ property: 2, get: 2, delivered: 0 });
  });

  test('on domains ask for the host, once for all', () => {
    const domains = ['a.io', 'b.io', 'example.com'].map((domain) => ({
      _match_domain_: [domain],
      rules: [forUser('1')],
    }));
    expect(bill({ _rules_: domains }, get())).toEqual({ get: 4, delivered: 1 });
  });
});

describe('header changes', () => {
  test('are one call each', () => {
    const headers = {
      set: [
        { name: 'x-mse-tag', value: 'gray' },
        { name: 'b', value: '1' },
      ],
      add: [{ name: 'c', value: '1' }],
      remove: ['d', 'e'],
    };
    expect(bill({ rules: [forUser('100', { headers })] }, get('/', [user('100')]))).toEqual({
      get: 2,
      delivered: 1,
      replace: 2,
      add: 1,
      remove: 2,
      count: 1,
    });
  });

  test('that leave the tag alone take away the one that the client sent', () => {
    const headers = { set: [{ name: 'b', value: '1' }] };
    const request = get('/', [user('100'), ['x-mse-tag', 'gray']]);
    expect(bill({ rules: [forUser('100', { headers })] }, request)).toEqual({
      get: 3,
      delivered: 2,
      remove: 1,
      replace: 1,
      count: 2,
    });
  });
});

test('a request writes no log and clears no route cache', () => {
  const { vm, root } = serving(oneRule);
  vm.calls.reset();
  for (const id of ['100', '7', '']) root.request(get('/', [user(id), ['x-mse-tag', 'gray']]));
  expect(Object.keys(vm.calls.counts())).not.toContain('proxy_log');
  expect(Object.keys(vm.calls.counts())).not.toContain('proxy_call_foreign_function');
  expect(vm.log).toEqual([]);
});
