import { describe, expect, test } from 'vitest';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { forUser, Gateway, get, serving, tagging } from './gateway.ts';

const config = (revision: string): PluginConfig => ({
  revision,
  sets: { vip: Array.from({ length: 50 }, (_, index) => `${revision}-${index}`) },
  rules: [
    ...Array.from({ length: 20 }, (_, index) => forUser(`${revision}\n${index}`, { id: `${index}` })),
    tagging({ kind: 'header', name: 'x-user-id', operator: 'in', set: 'vip' }, { id: 'set' }),
    tagging({ kind: 'path', operator: 'regex', value: '/(a|b)+/[0-9]{1,8}' }, { id: 'regex' }),
    tagging(
      { kind: 'cookie', name: 'c', operator: 'exact', value: 'é"' },
      { id: 'cookie', scope: [{ hosts: ['A.io'] }] },
    ),
    tagging({ kind: 'sourceIp', cidrs: ['10.0.0.0/8'] }, { id: 'network' }),
  ],
  _rules_: [{ _match_domain_: ['B.io'], rules: [forUser('2')] }],
});

/** What the memory grows by when something is done so often, once all of it has been done a few times. */
const growth = (gateway: Gateway, times: number, act: (round: number) => void): number => {
  for (let round = 0; round < 100; round += 1) act(round);
  const before = gateway.vm.memoryBytes;
  for (let round = 0; round < times; round += 1) act(round);
  return gateway.vm.memoryBytes - before;
};

describe('memory does not grow', () => {
  test('with 2,000 updates', () => {
    const gateway = new Gateway();
    const grown = growth(gateway, 2000, (round) => {
      expect(gateway.update(config(`${round % 10}`))).toBeUndefined();
      gateway.decide(get('/', [['x-user-id', `${round}`]]));
    });
    expect(grown).toBe(0);
  });

  test('with 2,000 updates that are refused, wherever the fault is', () => {
    const gateway = serving(config('good'));
    const good = JSON.stringify(config('bad'));
    const grown = growth(gateway, 2000, (round) => gateway.update(good.slice(0, (round * 7) % good.length || 1)));
    expect(grown).toBe(0);
    expect(gateway.decide(get('/', [['x-user-id', 'good-1']])).rule).toBe(20);
  });

  test('with updates of several sizes', () => {
    const gateway = new Gateway();
    const sets = (count: number) => ({ vip: Array.from({ length: count }, (_, index) => `user-${index}`) });
    const configs = [10, 10_000, 50_000, 300].map((count) => JSON.stringify({ sets: sets(count), rules: [] }));
    for (let round = 0; round < 8; round += 1) gateway.update(configs[round % 4] ?? '');
    const before = gateway.vm.memoryBytes;
    for (let round = 0; round < 40; round += 1) gateway.update(configs[round % 4] ?? '');
    expect(gateway.vm.memoryBytes).toBe(before);
  });

  test('with 200,000 requests', () => {
    const gateway = serving(config('a'));
    const requests = ['a-1', 'a\n1', '7'].map((user) =>
      get(
        '/a/1?x=%41',
        [
          ['x-user-id', user],
          ['cookie', 'c=d'],
          ['x-mse-tag', 'gray'],
        ],
        { 'source.address': '1.1.1.1:1' },
      ),
    );
    const [first = get()] = requests;
    expect(growth(gateway, 200_000, (round) => gateway.root.request(requests[round % 3] ?? first))).toBe(0);
  });

  test('with requests of more than 64 KiB', () => {
    const gateway = serving(config('a'));
    const request = get(`/${'a'.repeat(60_000)}?x=${'%41'.repeat(20_000)}`, [['cookie', 'c=d; '.repeat(40_000)]]);
    expect(growth(gateway, 300, () => gateway.root.request(request))).toBe(0);
  });

  test('with traces', () => {
    const gateway = serving(config('a'));
    expect(growth(gateway, 3000, () => gateway.trace(get()))).toBe(0);
  });

  test('with plugins that come and go', () => {
    const gateway = serving(config('a'));
    const grown = growth(gateway, 1000, (round) => {
      const root = gateway.vm.root({ name: `plugin ${round}` });
      root.configure(JSON.stringify(config('b')));
      root.close();
    });
    expect(grown).toBe(0);
  });
});

test('without lanes the plugin has less than 512 KiB', () => {
  expect(serving('').vm.memoryBytes).toBeLessThan(512 << 10);
});
