import { describe, expect, test, vi } from 'vitest';
import type { ConfigError } from '../../agent/commands/judge.ts';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import type { Vm } from '../../agent/wasm/vm.ts';
import { forUser, Gateway, get, serving, tagging, valuesOf, withPseudo } from './gateway.ts';

const GOOD: PluginConfig = { revision: 'good', rules: [forUser('good')] };
const PIECE = 8 << 20;
/** What a request gets without asking the heap. */
const SCRATCH = 64 << 10;
/** What the plugin needs besides for a piece of a request. */
const LINK = 8;

const many = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Takes all memory that a request may have, to the last bytes; returns how many the heap gave. */
function takeAll(vm: Vm): number {
  vm.allocate(SCRATCH);
  let taken = 0;
  for (let piece = PIECE; piece >= 1; piece = Math.floor(piece / 2)) {
    while (vm.allocate(piece) !== 0) taken += piece + LINK;
  }
  return taken;
}

/** Takes so many bytes of the heap. */
function take(vm: Vm, bytes: number): void {
  let rest = bytes;
  for (; rest >= 2 * PIECE; rest -= PIECE) vm.allocate(PIECE - LINK);
  vm.allocate(rest - LINK);
}

/** Does something in the middle of an update, when the plugin asks for its name: what is taken then comes back at its end. */
function inUpdate({ vm }: Gateway, act: () => void): void {
  vm.calls.answer('proxy_get_property', () => {
    vm.calls.answer('proxy_get_property');
    act();
    return undefined;
  });
}

/** What becomes of a configuration when so many bytes are left for it, or each of these numbers. */
function verdicts(config: string, left: readonly number[]): readonly (ConfigError | undefined)[] {
  const gateway = serving(GOOD);
  let free = 0;
  inUpdate(gateway, () => {
    free = takeAll(gateway.vm);
  });
  // Twice, for the first one had no memory.
  for (let round = 0; round < 2; round += 1) gateway.update(GOOD);
  return left.map((bytes) => {
    inUpdate(gateway, () => take(gateway.vm, free - bytes));
    const verdict = gateway.update(config);
    const decided = gateway.decide(get('/', [['x-user-id', 'good']])).rule;
    expect(decided, `with ${bytes} bytes left`).toBe(verdict === undefined ? -1 : 0);
    gateway.update(GOOD);
    return verdict;
  });
}

const large = (size: number): string => `\\n${'a'.repeat(size)}`;
const rules = many(3000, (index) => forUser(`${index}`, { lane: `lane-${index}` }));
const ids = many(2000, (index) => `${index}`);
const conditions = many(64, (index) => ({ kind: 'header', name: `X-${index}`, operator: 'present' }) as const);

/** Configurations that need memory in many places. */
const CONFIGS: readonly (readonly [string, string])[] = [
  ['rules, each with a lane', JSON.stringify({ rules })],
  ['ids', JSON.stringify({ sets: { a: ids, b: ids } })],
  ['sets', JSON.stringify({ sets: Object.fromEntries(ids.slice(0, 999).map((id) => [id, []])) })],
  ['a long key', `{"${large(100_000)}":1}`],
  ['a long text', `{"revision":"${large(200)}","sets":{"a":["${large(50_000)}"]}}`],
  [
    'many sources',
    JSON.stringify({
      rules: many(16, (i) =>
        tagging(
          { kind: 'path', operator: 'present' },
          { id: `${i}`, conditions: conditions.map((each) => ({ ...each, name: `${each.name}-${i}` })) },
        ),
      ),
    }),
  ],
  [
    'names in upper case',
    JSON.stringify({ rules: many(400, (i) => forUser(`${i}`, { headers: { remove: [`${'A'.repeat(250)}${i}`] } })) }),
  ],
  [
    'patterns',
    JSON.stringify({
      rules: many(200, (i) =>
        tagging({ kind: 'path', operator: 'regex', value: `/a{1,${i + 1}}[0-9é]*` }, { id: `${i}` }),
      ),
    }),
  ],
  [
    'match rules',
    JSON.stringify({
      _rules_: many(200, (i) => ({
        _match_domain_: [`A${i}`],
        tagHeader: `X-${'T'.repeat(200)}`,
        rules: [forUser('1')],
      })),
    }),
  ],
];

describe.each(CONFIGS)('a configuration with %s', (_, config) => {
  test('is refused for want of memory, wherever it runs out, and the last good one stays in force', () => {
    const size = config.length;
    const left = [...many(40, (index) => size + index * 400), ...many(40, (index) => (index * index * size) / 80)].map(
      Math.floor,
    );
    const errors = verdicts(config, left).flatMap((verdict) => (verdict === undefined ? [] : [verdict.code]));
    expect(errors).toContain('OutOfMemory');
    expect(errors.filter((code) => code !== 'OutOfMemory' && code !== 'UnknownKey' && code !== 'InvalidValue')).toEqual(
      [],
    );
  });
});

test('a pattern with a large table is refused for want of memory, wherever it runs out', () => {
  const rule = tagging({ kind: 'path', operator: 'regex', value: `(?:[a-z]|${String.raw`\d`}x){1,900}é` });
  const left = many(80, (index) => 2000 + index * 12_000);
  const codes = verdicts(JSON.stringify({ rules: [rule] }), left).map((verdict) => verdict?.code);
  expect(new Set(codes)).toEqual(new Set(['OutOfMemory', undefined]));
  expect(codes.lastIndexOf('OutOfMemory')).toBeLessThan(codes.indexOf(undefined));
});

describe('a configuration is refused', () => {
  const said = (config: string, ...left: readonly number[]): readonly (string | undefined)[] =>
    verdicts(config, left).map((verdict) => verdict && `${verdict.code}: ${verdict.message}`);

  test('when the host gets no room for it', () => {
    expect(said('{"revision":"1234567890"}', 0, 20)).toEqual(
      Array(2).fill('OutOfMemory: the host did not hand over the configuration'),
    );
  });

  test('when there is no room beside it', () => {
    expect(said('{}', 40, 200)).toEqual([
      'OutOfMemory: no memory for a configuration',
      'OutOfMemory: no memory for a configuration of this size',
    ]);
  });

  test('and the memory comes back', () => {
    const gateway = serving(GOOD);
    for (let round = 0; round < 5; round += 1) {
      inUpdate(gateway, () => takeAll(gateway.vm));
      gateway.update(GOOD);
    }
    const before = gateway.vm.memoryBytes;
    for (let round = 0; round < 20; round += 1) {
      inUpdate(gateway, () => takeAll(gateway.vm));
      expect(gateway.update({ rules })?.code).toBe('OutOfMemory');
    }
    expect(gateway.vm.memoryBytes).toBe(before);
    expect(gateway.update({ rules })).toBeUndefined();
  });
});

describe('a request that gets no memory', () => {
  /** A gateway that has no memory left as soon as a request asks for its route. */
  const starved = (config: PluginConfig): Gateway => {
    const gateway = serving({ ...config, _rules_: [{ _match_route_: ['other'] }] });
    gateway.vm.calls.answer('proxy_get_property', () => {
      takeAll(gateway.vm);
      return undefined;
    });
    return gateway;
  };
  const tag = ['x-mse-tag', 'client'] as const;

  test('has no headers, and is baseline without its tag', () => {
    const gateway = starved({ rules: [forUser('1')] });
    const decided = gateway.decide(get('/', [['x-user-id', '1'], tag]));
    expect([decided.rule, valuesOf('x-mse-tag', decided)]).toEqual([-1, []]);
  });

  test('has no headers at once either, and is baseline without its tag', () => {
    const both = tagging({ kind: 'cookie', name: 'c', operator: 'exact', value: '1' });
    const gateway = starved({ rules: [forUser('1', { id: 'r1' }), both] });
    const decided = gateway.decide(get('/', [['x-user-id', '1'], ['cookie', 'c=1'], tag]));
    expect([decided.rule, valuesOf('x-mse-tag', decided)]).toEqual([-1, []]);
  });

  test.each([
    [
      'a parameter that must be decoded',
      { kind: 'query', name: 'q', operator: 'present' },
      get(`/?q=%41${'a'.repeat(9000)}`),
    ],
    ['a host that must be folded', { kind: 'host', operator: 'present' }, withPseudo(':authority', 'A'.repeat(9000))],
  ] as const)('has not %s, though it has room for the header', (_, condition, request) => {
    const gateway = serving({ rules: [tagging(condition)] });
    const { vm } = gateway;
    expect(gateway.decide(request).rule).toBe(0);
    const starve = (eat: () => void): number => {
      vm.calls.answer('proxy_get_header_map_value', () => {
        vm.calls.answer('proxy_get_header_map_value');
        eat();
        return undefined;
      });
      return gateway.decide(request).rule;
    };
    let free = 0;
    starve(() => {
      free = takeAll(vm);
    });
    const deliver = vi.spyOn(vm, 'allocate');
    const leaving = (bytes: number) => () => {
      vm.allocate(SCRATCH);
      take(vm, free - bytes);
      deliver.mockClear();
    };
    expect(starve(leaving(9100))).toBe(-1);
    expect(deliver.mock.results.map(({ value }) => value !== 0)).toEqual([true]);
    expect(starve(leaving(2 * 9100))).toBe(0);
  });

  test('cannot be explained', () => {
    const gateway = starved({ rules: many(50_000, (index) => forUser(`${index}`)) });
    expect(() => gateway.trace(get())).toThrow('no memory left to explain');
    gateway.vm.calls.answer('proxy_get_property');
    expect(gateway.trace(get()).outcomes).toHaveLength(50_000);
  });

  test('leaves enough for the next one', () => {
    const gateway = starved({ rules: [forUser('1')] });
    gateway.decide(get());
    gateway.vm.calls.answer('proxy_get_property');
    expect(gateway.decide(get('/', [['x-user-id', '1']])).rule).toBe(0);
  });

  test('leaves a new plugin none, whose streams are without lanes', () => {
    const gateway = starved({ rules: [forUser('1')] });
    gateway.decide(get());
    const { vm } = gateway;
    const root = vm.root({ name: 'new' });
    expect(root.configure('{}')).toBe(true);
    const { headers } = root.request(get('/', [['x-user-id', '1'], tag]));
    expect(valuesOf('x-mse-tag', { headers })).toEqual([]);
  });
});

test('counters that find no memory for their names are left out, and requests are decided', () => {
  const gateway = new Gateway();
  gateway.vm.calls.answer('proxy_define_metric', () => {
    gateway.vm.calls.answer('proxy_define_metric');
    takeAll(gateway.vm);
    return undefined;
  });
  expect(gateway.configure({ rules: [forUser('1')] })).toBeUndefined();
  expect(gateway.vm.metrics.names()).toEqual(['graylane.stripped_tags']);
  expect(gateway.decide(get('/', [['x-user-id', '1']])).rule).toBe(0);
});
