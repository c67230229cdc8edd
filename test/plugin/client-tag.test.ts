import { describe, expect, test } from 'vitest';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import type { Header } from '../../agent/wasm/header-map.ts';
import { forUser, get, serving, tagging } from './gateway.ts';

/** What is left of these headers, behind the pseudo headers. */
const left = (config: PluginConfig, headers: readonly Header[]): readonly Header[] =>
  serving(config).decide(get('/', headers)).headers.slice(4);

const names = (headers: readonly Header[]): readonly string[] => headers.map(([name]) => name);
const sent = (...headers: readonly string[]): readonly Header[] => headers.map((name) => [name, 'gray']);

const oneRule: PluginConfig = { rules: [forUser('1')] };
const readsAll: PluginConfig = {
  rules: [forUser('1'), tagging({ kind: 'header', name: 'b', operator: 'exact', value: '1' })],
};
const CONFIGS = [
  ['no rules', {}],
  ['a rule that does not match', oneRule],
  ['rules on two headers', readsAll],
  ['every spelling to be removed', { clientTag: 'stripAll' }],
] as const;

describe.each(CONFIGS)('a tag that a client sent, with %s', (_, config) => {
  test('is removed', () => {
    expect(
      left(config, [
        ['a', '1'],
        ['x-mse-tag', 'gray'],
        ['z', '2'],
      ]),
    ).toEqual([
      ['a', '1'],
      ['z', '2'],
    ]);
  });

  test.each(['X-MSE-TAG', 'x-Mse-Tag', 'x_mse_tag', 'X_MSE_TAG'])('is removed as %s', (name) => {
    expect(left(config, sent(name))).toEqual([]);
  });

  test('is removed as often as it came', () => {
    expect(left(config, sent('x-mse-tag', 'x_mse_tag', 'X-Mse-Tag', 'x-mse-tag', 'x_mse_tag'))).toEqual([]);
  });

  test.each(['', ' ', 'gray,base', 'a'.repeat(100_000), '\udcff', '\u0000'])(
    'is removed whatever it is: %.20j',
    (value) => {
      expect(left(config, [['x-mse-tag', value]])).toEqual([]);
    },
  );

  test('is not removed where it is none', () => {
    const others = sent('x-mse-tag2', 'x-mse-ta', 'xmsetag', 'x.mse.tag', 'x-mse', 'x--mse-tag', 'tag', 'x-mse-tags');
    expect(left(config, others)).toEqual(others);
  });

  test('is counted once for a request', () => {
    const gateway = serving(config);
    gateway.decide(get('/', sent('x-mse-tag', 'x_mse_tag')));
    gateway.decide(get('/', sent('x_mse_tag')));
    gateway.decide(get('/'));
    expect(gateway.vm.metrics.value('graylane.stripped_tags')).toBe(2);
  });
});

describe('spellings with dashes and underscores', () => {
  const mixed = sent('x-mse_tag', 'x_mse-tag');

  test('stay where no other header is read', () => {
    expect(left({}, mixed)).toEqual(mixed);
    expect(left(oneRule, mixed)).toEqual(mixed);
  });

  test('go where all headers are read anyway', () => {
    expect(left(readsAll, mixed)).toEqual([]);
  });

  test('go where every spelling must', () => {
    expect(left({ clientTag: 'stripAll' }, mixed)).toEqual([]);
    expect(left({ ...oneRule, clientTag: 'stripAll' }, mixed)).toEqual([]);
  });
});

describe('a rule that decides', () => {
  const user: Header = ['x-user-id', '1'];

  test.each([
    ['one header is read', oneRule],
    ['all headers are read', readsAll],
  ])('puts its tag in place of the one that the client sent, when %s', (_, config) => {
    expect(left(config, [user, ...sent('x-mse-tag', 'x_mse_tag', 'x-mse-tag')])).toEqual([user, ['x-mse-tag', 'gray']]);
    expect(left(config, [user, ['x-mse-tag', 'other']])).toEqual([user, ['x-mse-tag', 'gray']]);
  });

  test.each([
    ['one header is read', oneRule],
    ['all headers are read', readsAll],
  ])('takes the tag of the client away when it has none of its own and %s', (_, { rules = [] }) => {
    const headers = { set: [{ name: 'x-a', value: '1' }] };
    const config = { rules: rules.map((rule) => ({ ...rule, headers })) };
    expect(
      left({ rules: config.rules.map((rule, index) => ({ ...rule, id: `${index}` })) }, [user, ...sent('x-mse-tag')]),
    ).toEqual([user, ['x-a', '1']]);
  });

  test('counts a tag that it replaces without having looked at it as none', () => {
    const gateway = serving(oneRule);
    gateway.decide(get('/', [user, ...sent('x-mse-tag')]));
    expect(gateway.vm.metrics.value('graylane.stripped_tags')).toBe(0);
  });
});

describe('clients that may choose', () => {
  test.each([
    ['no rules', {}],
    ['a rule', oneRule],
    ['rules on two headers', readsAll],
  ])('keep every tag with %s', (_, config) => {
    const all = sent('x-mse-tag', 'x_mse_tag', 'x-mse_tag', 'x-mse-tag');
    expect(left({ ...config, clientTag: 'keep' }, all)).toEqual(all);
  });

  test('lose it to a rule that decides', () => {
    const config = { ...oneRule, clientTag: 'keep' } as const;
    const headers: readonly Header[] = [
      ['x-user-id', '1'],
      ['x-mse-tag', 'a'],
      ['x_mse_tag', 'b'],
    ];
    expect(left(config, headers)).toEqual([
      ['x-user-id', '1'],
      ['x_mse_tag', 'b'],
      ['x-mse-tag', 'gray'],
    ]);
  });
});

describe('a tag header of another name', () => {
  test.each([
    ['X-Lane', ['x-lane', 'x_lane']],
    ['lane', ['lane']],
    ['x_a-b_c', ['x_a-b_c', 'x_a_b_c']],
    ['x_lane', ['x_lane']],
    ['x--lane', ['x--lane', 'x__lane']],
    ['-', ['-', '_']],
  ])('%s is removed as %j', (tagHeader, spellings) => {
    expect(names(left({ tagHeader }, sent(...spellings, 'x-mse-tag')))).toEqual(['x-mse-tag']);
  });

  test('is removed in every spelling where all must', () => {
    const config = { tagHeader: 'x_a-b_c', clientTag: 'stripAll' } as const;
    expect(left(config, sent('x_a-b_c', 'x-a-b-c', 'x_a_b_c', 'x-a_b-c'))).toEqual([]);
  });

  test('is what a rule replaces', () => {
    const headers = { add: [{ name: 'X-Lane', value: 'gray' }] };
    const config = { tagHeader: 'x-lane', rules: [forUser('1', { headers })] };
    expect(
      left(config, [
        ['x-user-id', '1'],
        ['x-lane', 'a'],
        ['x-mse-tag', 'b'],
      ]),
    ).toEqual([
      ['x-user-id', '1'],
      ['x-mse-tag', 'b'],
      ['x-lane', 'gray'],
    ]);
  });
});
