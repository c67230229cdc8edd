import { describe, expect, test, vi } from 'vitest';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import type { HostFunctionName } from '../../agent/wasm/abi.ts';
import type { Header } from '../../agent/wasm/header-map.ts';
import type { Vm } from '../../agent/wasm/vm.ts';
import { forUser, Gateway, get, serving, tagging, valuesOf } from './gateway.ts';

/** What the plugin asks its host. */
const FUNCTIONS = [
  'proxy_log',
  'proxy_get_buffer_bytes',
  'proxy_get_header_map_value',
  'proxy_get_header_map_pairs',
  'proxy_replace_header_map_value',
  'proxy_add_header_map_value',
  'proxy_remove_header_map_value',
  'proxy_get_property',
  'proxy_define_metric',
  'proxy_increment_metric',
  'proxy_record_metric',
] as const satisfies readonly HostFunctionName[];

const OK = 0;
const NOT_FOUND = 1;
const FAILED = 10;
/** The results of the ABI, and numbers that are none. */
const RESULTS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 255, -1, 2 ** 31 - 1];

const CHANGES = { set: [{ name: 'x-mse-tag', value: 'gray' }], add: [{ name: 'a', value: '1' }], remove: ['b'] };
const oneRule: PluginConfig = { rules: [forUser('1', { headers: CHANGES })] };
const everything: PluginConfig = {
  rules: [
    forUser('1', {
      headers: CHANGES,
      scope: [{ hosts: ['example.com'], paths: [{ operator: 'prefix', value: '/' }] }],
    }),
    tagging({ kind: 'cookie', name: 'c', operator: 'exact', value: '1' }, { id: 'cookie' }),
    tagging({ kind: 'sourceIp', cidrs: ['10.0.0.0/8'] }, { id: 'address' }),
    tagging({ kind: 'query', name: 'q', operator: 'exact', value: '%' }, { id: 'query' }),
  ],
  _rules_: [{ _match_route_: ['a'], _match_service_: ['s'], rules: [forUser('2')] }],
};

const user = (id: string): Header => ['x-user-id', id];
const TAG: Header = ['x-mse-tag', 'client'];
const REQUEST = get('/?q=%25', [user('1'), TAG, ['cookie', 'c=1'], ['b', '']], {
  'source.address': '10.0.0.1:1',
  route_name: 'a',
  cluster_name: 'outbound|80||s',
});

describe.each(FUNCTIONS)('when %s', (name) => {
  test.each(RESULTS)('does nothing and answers %i, the plugin goes on', (result) => {
    for (const config of [oneRule, everything, { ...everything, clientTag: 'stripAll' } as const]) {
      const gateway = new Gateway();
      gateway.vm.calls.answer(name, () => result);
      gateway.configure(config);
      gateway.update('x');
      gateway.root.request(REQUEST);
      gateway.trace(REQUEST);
      expect(gateway.vm.failure).toBeUndefined();
    }
  });

  test.each(RESULTS)('does nothing and answers %i from now on, the plugin goes on', (result) => {
    const gateway = serving(everything);
    gateway.vm.calls.answer(name, () => result);
    for (const request of [REQUEST, get('/', [user('1')])]) expect(gateway.root.request(request).action).toBe(0);
    gateway.vm.calls.answer(name);
    expect(gateway.decide(get('/', [user('1')])).rule).toBe(0);
  });
});

describe('when the host does not hand over', () => {
  test('the configuration, none is put in force and it is said', () => {
    const gateway = serving(oneRule);
    gateway.vm.calls.answer('proxy_get_buffer_bytes', () => FAILED);
    expect(gateway.update('{}')).toEqual({
      code: 'OutOfMemory',
      pointer: '',
      rule: '',
      message: 'the host did not hand over the configuration',
    });
    expect(gateway.decide(get('/', [user('1')])).rule).toBe(0);
  });

  test('a header, the request is baseline and a tag goes', () => {
    const gateway = serving(oneRule);
    gateway.vm.calls.answer('proxy_get_header_map_value', () => FAILED);
    const decided = gateway.decide(get('/', [user('1'), TAG, ['x_mse_tag', 'client']]));
    expect(decided.rule).toBe(-1);
    expect([...valuesOf('x-mse-tag', decided), ...valuesOf('x_mse_tag', decided)]).toEqual([]);
  });

  test('all headers at once, it is asked for each', () => {
    const gateway = serving(everything);
    gateway.vm.calls.answer('proxy_get_header_map_pairs', () => FAILED);
    expect(gateway.decide(get('/', [user('1')])).rule).toBe(0);
    expect(gateway.decide(get('/', [['cookie', 'c=1']])).rule).toBe(1);
    expect(valuesOf('x-mse-tag', gateway.decide(get('/', [TAG])))).toEqual([]);
  });

  test('properties, an address is missing and the top level decides', () => {
    const gateway = serving(everything);
    gateway.vm.calls.answer('proxy_get_property', () => FAILED);
    expect(gateway.decide(REQUEST)).toMatchObject({ list: -1, rule: 0 });
    expect(gateway.decide(get('/', [], { 'source.address': '10.0.0.1:1' })).rule).toBe(-1);
  });

  test('the name of a plugin, its last good configuration still stays in force', () => {
    const gateway = new Gateway();
    gateway.vm.calls.answer('proxy_get_property', () => FAILED);
    gateway.configure(oneRule);
    gateway.update('x');
    expect(gateway.decide(get('/', [user('1')])).rule).toBe(0);
  });
});

describe('when the host does not', () => {
  test('replace the tag, the one of the client goes', () => {
    const gateway = serving({ rules: [forUser('1')] });
    gateway.vm.calls.answer('proxy_replace_header_map_value', () => FAILED);
    expect(valuesOf('x-mse-tag', gateway.decide(get('/', [user('1'), TAG])))).toEqual([]);
  });

  test('remove a tag, it is emptied', () => {
    const gateway = serving('');
    gateway.vm.calls.answer('proxy_remove_header_map_value', () => FAILED);
    expect(valuesOf('x-mse-tag', gateway.decide(get('/', [TAG])))).toEqual(['']);
  });

  test('define metrics, requests are decided and nothing is counted', () => {
    const gateway = new Gateway();
    gateway.vm.calls.answer('proxy_define_metric', () => FAILED);
    gateway.configure(oneRule);
    gateway.vm.calls.reset();
    expect(gateway.decide(get('/', [user('1')])).rule).toBe(0);
    expect(valuesOf('x-mse-tag', gateway.decide(get('/', [TAG])))).toEqual([]);
    expect(gateway.vm.calls.counts().proxy_increment_metric).toBeUndefined();
    expect(gateway.vm.metrics.names()).toEqual([]);
  });

  test('find room for a value in the plugin, the value is missing', () => {
    const gateway = serving(oneRule);
    const refuse = vi.spyOn(gateway.vm, 'allocate').mockReturnValue(0);
    expect(gateway.decide(get('/', [user('1')])).rule).toBe(-1);
    refuse.mockRestore();
    expect(gateway.decide(get('/', [user('1')])).rule).toBe(0);
  });
});

describe('what the host hands over may lie', () => {
  /** Lets the function hand over whatever is at that place of the memory. */
  const deliver = (vm: Vm, name: 'value' | 'pairs' | 'property' | 'configuration', at: number, size: number): void => {
    const put = (to: number, sizeTo: number): number => {
      vm.memory.setWord(to, at);
      vm.memory.setWord(sizeTo, size);
      return OK;
    };
    if (name === 'pairs') {
      vm.calls.answer('proxy_get_header_map_pairs', (_map: number, to: number, sizeTo: number) => put(to, sizeTo));
    } else if (name === 'property') {
      vm.calls.answer('proxy_get_property', (_at: number, _size: number, to: number, sizeTo: number) =>
        put(to, sizeTo),
      );
    } else {
      const call = name === 'value' ? 'proxy_get_header_map_value' : 'proxy_get_buffer_bytes';
      vm.calls.answer(call, (_a: number, _b: number, _c: number, to: number, sizeTo: number) => put(to, sizeTo));
    }
  };
  const PLACES = (vm: Vm): readonly number[] => [
    0,
    1,
    4096,
    vm.memoryBytes - 1,
    vm.memoryBytes,
    vm.memoryBytes + 1,
    -1,
    -8,
    2 ** 31,
  ];
  const SIZES = [0, 1, 2, 3, 4, 8, 100, 65_536, 2 ** 30, 2 ** 31 - 1, 2 ** 31, -1];
  const places = PLACES(new Gateway().vm).flatMap((at) => SIZES.map((size) => [at, size] as const));

  test.each(['value', 'pairs', 'property'] as const)('anywhere in the memory, or outside: %s', (name) => {
    for (const config of [everything, oneRule, { ...oneRule, clientTag: 'stripAll' } as const]) {
      for (const [at, size] of places) {
        const gateway = serving(config);
        deliver(gateway.vm, name, at, size);
        expect(gateway.root.request(REQUEST).action).toBe(0);
        gateway.trace(REQUEST);
        expect(gateway.update(oneRule)).toBeUndefined();
      }
    }
  });

  test('anywhere in the memory, or outside: a configuration, which is not put in force', () => {
    for (const [at, size] of places) {
      const gateway = serving(oneRule);
      deliver(gateway.vm, 'configuration', at, size);
      expect(gateway.update('{"revision":"1"}'), `${at} ${size}`).toBeDefined();
      gateway.vm.calls.answer('proxy_get_buffer_bytes');
      expect(gateway.decide(get('/', [user('1')])).rule).toBe(0);
      expect(gateway.update('{}')).toBeUndefined();
      expect(gateway.decide(get('/', [user('1')])).rule).toBe(-1);
    }
  });

  /** Hands over these bytes as all headers. */
  const pairsOf = (vm: Vm, ...words: readonly number[]): void => {
    vm.calls.answer('proxy_get_header_map_pairs', (_map: number, to: number, sizeTo: number) => {
      const at = vm.allocate(Math.max(4 * words.length, 1));
      for (const [index, word] of words.entries()) vm.memory.setWord(at + 4 * index, word);
      vm.memory.setWord(to, at);
      vm.memory.setWord(sizeTo, 4 * words.length);
      return OK;
    });
  };

  test.each([
    ['nothing', []],
    ['a number of headers that is negative', [-1]],
    ['more headers than there is room for', [1000]],
    ['more headers than 32 bits can say', [2 ** 29, 0, 0]],
    ['names that go beyond the end', [1, 100, 0, 0]],
    ['values that go beyond the end', [1, 0, 100, 0]],
    ['lengths whose sum is more than 32 bits', [2, -1, 1, -1, 1, 0]],
    ['a length that is negative', [1, -5, 5, 0]],
    ['no byte for the NULs', [1, 0, 0]],
  ])('all headers: %s, and they are asked for one by one', (_, words) => {
    const gateway = serving(everything);
    pairsOf(gateway.vm, ...words);
    expect(gateway.decide(get('/', [user('1'), TAG])).rule).toBe(0);
    expect(valuesOf('x-mse-tag', gateway.decide(get('/', [TAG])))).toEqual([]);
  });

  test('no headers at all', () => {
    const gateway = serving(everything);
    pairsOf(gateway.vm, 0);
    expect(gateway.decide(get('/', [user('1')])).rule).toBe(-1);
  });

  test('a header that is missing now and there later', () => {
    const gateway = serving(oneRule);
    let calls = 0;
    gateway.vm.calls.answer('proxy_get_header_map_value', () => {
      calls += 1;
      return calls % 2 === 0 ? undefined : NOT_FOUND;
    });
    for (let round = 0; round < 9; round += 1) gateway.root.request(REQUEST);
    expect(gateway.vm.failure).toBeUndefined();
  });
});
