import { describe, expect, test } from 'vitest';
import type { Condition, PluginConfig, Rule } from '../../agent/model/plugin-config.ts';
import { forUser, get, refused, serving, tagging } from './gateway.ts';

const many = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const a = (size: number): string => 'a'.repeat(size);
const header = (name: string): Condition => ({ kind: 'header', name, operator: 'present' });

describe('a configuration may have', () => {
  test('16 MiB, and no byte more', () => {
    const full = '{"revision":"full"}'.padEnd(16 << 20);
    expect(refused(full)).toBeUndefined();
    expect(refused(`${full} `)).toEqual({
      code: 'TooLarge',
      pointer: '',
      rule: '',
      message: 'a configuration may have 16 MiB',
    });
  });

  test('100,000 rules in a list, and no more', () => {
    const rules = many(100_000, (index) => JSON.stringify(forUser(`${index}`, { headers: { remove: ['y'] } }))).join();
    const gateway = serving(`{"rules":[${rules}]}`);
    expect(gateway.decide(get('/', [['x-user-id', '99999']])).rule).toBe(99_999);
    expect(refused(`{"rules":[${rules},{}]}`)).toMatchObject({ code: 'TooMany', pointer: '/rules/100000' });
  });

  test('10,000 match rules, and no more', () => {
    const bound = many(10_001, (index) => ({ _match_route_: [`r${index}`], rules: [forUser('1')] }));
    const gateway = serving({ _rules_: bound.slice(0, -1) });
    const request = get('/', [['x-user-id', '1']], { route_name: 'r9999' });
    expect(gateway.decide(request)).toMatchObject({ list: 9999, rule: 0 });
    expect(refused({ _rules_: bound })).toMatchObject({ code: 'TooMany', pointer: '/_rules_/10000' });
  });

  test('1,000 sets, and no more', () => {
    const sets = (count: number) => Object.fromEntries(many(count, (index) => [`s${index}`, [`${index}`]]));
    const condition = { kind: 'header', name: 'x', operator: 'in', set: 's999' } as const;
    expect(serving({ sets: sets(1000), rules: [tagging(condition)] }).decide(get('/', [['x', '999']])).rule).toBe(0);
    expect(refused({ sets: sets(1001) })).toMatchObject({ code: 'TooMany', pointer: '/sets/s1000' });
  });

  test('conditions on 1,024 different headers, parameters and cookies, and no more', () => {
    const rules = (count: number): readonly Rule[] =>
      many(Math.ceil(count / 64), (index) => ({
        ...forUser(`${index}`),
        conditions: many(Math.min(64, count - 64 * index), (at) => header(`x-${64 * index + at}`)),
      }));
    expect(refused({ rules: rules(1024) })).toBeUndefined();
    expect(refused({ rules: rules(1025) })).toMatchObject({
      code: 'TooMany',
      pointer: '/rules/16/conditions/0',
      message: expect.stringContaining('1024'),
    });
  });

  test('no pattern on one more', () => {
    const conditions = (from: number, count: number) => many(count, (index) => header(`x-${from + index}`));
    const full = many(16, (index) => ({ ...forUser(`${index}`), conditions: conditions(64 * index, 64) }));
    const condition: Condition = { kind: 'header', name: 'x', operator: 'regex', value: 'a(' };
    const rules = [...full, tagging(condition, { id: 'more' })];
    expect(refused({ rules })).toMatchObject({ code: 'TooMany', rule: 'more' });
  });

  test('as many in each of its lists', () => {
    const list = {
      rules: many(16, (index) =>
        tagging(header('x'), { id: `${index}`, conditions: many(64, (at) => header(`${index}-${at}`)) }),
      ),
    };
    expect(refused({ ...list, _rules_: [{ ...list, _match_route_: ['a'] }] })).toBeUndefined();
  });
});

describe('an id set may have 100,000 ids', () => {
  const ids = many(100_000, (index) => `user-${index * 7}`);
  const condition = { kind: 'header', name: 'x-user-id', operator: 'in', set: 'vip' } as const;
  const config: PluginConfig = { sets: { vip: ids }, rules: [tagging(condition)] };

  test('each of which is found, and nothing else', () => {
    const gateway = serving(config);
    const decided = (id: string): number => gateway.decide(get('/', [['x-user-id', id]])).rule;
    expect(ids.filter((id, index) => index % 97 === 0 && decided(id) !== 0)).toEqual([]);
    expect(decided('user-699993')).toBe(0);
    expect(many(2000, (index) => decided(`user-${index * 7 + 1}`)).every((rule) => rule === -1)).toBe(true);
  });

  test('and no more', () => {
    const error = refused({ sets: { vip: [...ids, 'one'] } });
    expect(error).toMatchObject({ code: 'TooMany', pointer: '/sets/vip/100000' });
  });

  test('before or behind the rules', () => {
    const rules = [tagging(condition)];
    expect(serving({ sets: { vip: ['1'] }, rules }).decide(get('/', [['x-user-id', '1']])).rule).toBe(0);
    expect(serving({ rules, sets: { vip: ['1'] } }).decide(get('/', [['x-user-id', '1']])).rule).toBe(0);
  });

  test.each([
    ['repeated ids', ['1', '1', '2', '1']],
    ['ids with escapes', ['\u0031', '2']],
    ['ids like brackets', [']', '[', '}', '"', '\\', '1']],
    ['ids of 4,096 bytes', [a(4096), '1']],
  ])('with %s', (_, vip) => {
    const gateway = serving({ sets: { vip }, rules: [tagging(condition)] });
    expect(vip.map((id) => gateway.decide(get('/', [['x-user-id', id]])).rule)).toEqual(vip.map(() => 0));
  });

  test('or none, which nobody is in', () => {
    const gateway = serving({ sets: { vip: [] }, rules: [tagging(condition)] });
    expect(gateway.decide(get('/', [['x-user-id', '1']])).rule).toBe(-1);
    expect(gateway.decide(get('/', [['x-user-id', '']])).rule).toBe(-1);
  });

  test('for every list its own', () => {
    const bound = { _match_route_: ['a'], sets: { vip: ['2'] }, rules: [tagging(condition)] };
    const gateway = serving({ sets: { vip: ['1'] }, rules: [tagging(condition)], _rules_: [bound] });
    const decided = (id: string, route: string) => gateway.decide(get('/', [['x-user-id', id]], { route_name: route }));
    expect([decided('1', 'a').rule, decided('2', 'a').rule]).toEqual([-1, 0]);
    expect([decided('1', 'b').rule, decided('2', 'b').rule]).toEqual([0, -1]);
  });
});

describe('a rule may have', () => {
  test('64 conditions', () => {
    const conditions = many(64, (index): Condition => ({ kind: 'query', name: `q${index}`, operator: 'absent' }));
    const gateway = serving({ rules: [tagging(header('x'), { conditions })] });
    expect([gateway.decide(get('/')).rule, gateway.decide(get('/?q63')).rule]).toEqual([0, -1]);
  });

  test('64 entries of a scope with 64 hosts and 64 paths each', () => {
    const hosts = many(64, (index) => `${index}.io`);
    const paths = many(64, (index) => ({ operator: 'exact', value: `/${index}` }) as const);
    const scope = [...many(63, () => ({ hosts: ['x'] })), { hosts, paths }];
    const gateway = serving({ rules: [tagging({ kind: 'path', operator: 'present' }, { scope })] });
    const decided = (host: string, path: string): number =>
      gateway.decide({
        headers: [
          [':authority', host],
          [':path', path],
        ],
      }).rule;
    expect([decided('63.io', '/63'), decided('63.io', '/64'), decided('64.io', '/63')]).toEqual([0, -1, -1]);
  });

  test('64 networks', () => {
    const cidrs = many(64, (index) => `10.${index}.0.0/16`);
    const gateway = serving({ rules: [tagging({ kind: 'sourceIp', cidrs })] });
    const decided = (address: string): number => gateway.decide(get('/', [], { 'source.address': address })).rule;
    expect([decided('10.0.0.1:1'), decided('10.63.0.1:1'), decided('10.64.0.1:1')]).toEqual([0, 0, -1]);
  });

  test('64 changes of headers', () => {
    const set = many(32, (index) => ({ name: `s${index}`, value: `${index}` }));
    const remove = many(32, (index) => `r${index}`);
    const gateway = serving({ rules: [forUser('1', { headers: { set, remove } })] });
    const { headers } = gateway.decide(get('/', [['x-user-id', '1'], ...remove.map((name) => [name, ''] as const)]));
    expect(headers.slice(5)).toEqual(set.map(({ name, value }) => [name, value]));
  });

  test('names and values as long as they may be', () => {
    const long = tagging(
      { kind: 'header', name: a(256), operator: 'exact', value: a(4096) },
      { id: a(253), lane: a(253), headers: { set: [{ name: a(256), value: a(4096) }] } },
    );
    const config = {
      revision: a(253),
      tagHeader: a(256),
      sets: { [a(253)]: [a(4096)] },
      clientTag: 'keep',
      rules: [long],
    };
    const gateway = serving(JSON.stringify(config));
    expect(gateway.decide(get('/', [[a(256), a(4096)]])).rule).toBe(0);
    expect(gateway.vm.metrics.value(`graylane.lane.${a(253)}.requests`)).toBe(1);
  });

  test('a cookie, a parameter and a path as long as they may be', () => {
    const conditions: readonly Condition[] = [
      { kind: 'cookie', name: a(256), operator: 'exact', value: a(4096) },
      { kind: 'query', name: a(4096), operator: 'exact', value: a(4096) },
      { kind: 'path', operator: 'exact', value: `/${a(4095)}` },
    ];
    const gateway = serving({ rules: [tagging(header('x'), { conditions })] });
    const target = `/${a(4095)}?${a(4096)}=${a(4096)}`;
    expect(gateway.decide(get(target, [['cookie', `${a(256)}=${a(4096)}`]])).rule).toBe(0);
  });
});
