import { describe, expect, test } from 'vitest';
import type { Condition } from '../../agent/model/plugin-config.ts';
import { lastDecision } from '../../agent/wasm/plugin.ts';
import { forUser, get, serving, tagging } from './gateway.ts';

const HOLDS = -1;
const OUT_OF_SCOPE = -2;

const conditions: readonly Condition[] = [
  { kind: 'path', operator: 'prefix', value: '/a' },
  { kind: 'header', name: 'x-user-id', operator: 'exact', value: '1' },
  { kind: 'query', name: 'q', operator: 'absent' },
];
const rules = [
  forUser('1', { id: 'first', scope: [{ hosts: ['a.io'] }] }),
  tagging({ kind: 'path', operator: 'present' }, { id: 'second', conditions }),
  ...Array.from({ length: 8 }, (_, index) => forUser(`${index}`, { id: `user ${index}` })),
];

describe('a trace', () => {
  test('has for every rule whether it holds, or its first condition that does not, or that it is out of scope', () => {
    const gateway = serving({ rules });
    const outcomes = (target: string, user: string): readonly number[] => [
      ...gateway.trace(get(target, [['x-user-id', user]])).outcomes,
    ];
    expect(outcomes('/a', '1')).toEqual([OUT_OF_SCOPE, HOLDS, 0, HOLDS, 0, 0, 0, 0, 0, 0]);
    expect(outcomes('/b', '1')).toEqual([OUT_OF_SCOPE, 0, 0, HOLDS, 0, 0, 0, 0, 0, 0]);
    expect(outcomes('/a', '2')).toEqual([0, 1, 0, 0, HOLDS, 0, 0, 0, 0, 0]);
    expect(outcomes('/a?q', '1')).toEqual([OUT_OF_SCOPE, 2, 0, HOLDS, 0, 0, 0, 0, 0, 0]);
  });

  test('has the list that is for the request', () => {
    const gateway = serving({
      rules,
      _rules_: [{ _match_route_: ['x'] }, { _match_route_: ['y'], rules: [forUser('1')] }],
    });
    const traced = (route: string) => {
      const { list, outcomes } = gateway.trace(get('/', [['x-user-id', '1']], { route_name: route }));
      return [list, outcomes.length];
    };
    expect(['x', 'y', 'z'].map(traced)).toEqual([
      [0, 0],
      [1, 1],
      [-1, 10],
    ]);
  });

  test('of a configuration without rules has none', () => {
    expect(serving('').trace(get())).toEqual({ list: -1, outcomes: new Int32Array() });
  });

  test('of 10,000 rules has them all', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => forUser(`u${index}`));
    const { outcomes } = serving({ rules: many }).trace(get('/', [['x-user-id', 'u9999']]));
    expect([outcomes.length, outcomes.indexOf(HOLDS)]).toEqual([10_000, 9999]);
  });

  test('changes no header, counts nothing and decides nothing', () => {
    const { vm, root } = serving({ rules: [forUser('1')] });
    root.request(get('/', [['x-user-id', '1']]));
    const stream = root.stream();
    const request = get('/', [
      ['x-user-id', '7'],
      ['x-mse-tag', 'client'],
    ]);
    vm.calls.reset();
    stream.during(request, 'graylane_trace', () => [stream.id]);
    expect(stream.requestHeaderMap.entries()).toEqual(request.headers);
    expect(vm.calls.counts()).toEqual({ proxy_get_header_map_value: 1 });
    expect(lastDecision(vm)).toEqual({ list: -1, rule: 0 });
  });
});

describe('a decision can be read', () => {
  test('by list and rule, for the last request', () => {
    const gateway = serving({ rules, _rules_: [{ _match_route_: ['y'], rules: [forUser('3'), forUser('1')] }] });
    const decided = [
      get('/a', [['x-user-id', '1']]),
      get('/'),
      get('/', [['x-user-id', '1']], { route_name: 'y' }),
    ].map((request) => {
      gateway.root.request(request);
      return lastDecision(gateway.vm);
    });
    expect(decided).toEqual([
      { list: -1, rule: 1 },
      { list: -1, rule: -1 },
      { list: 0, rule: 1 },
    ]);
  });

  test('as none before the first request', () => {
    expect(lastDecision(serving({ rules }).vm)).toEqual({ list: -1, rule: -1 });
  });
});
