import { describe, expect, test } from 'vitest';
import type { Condition, Rule } from '../../agent/model/plugin-config.ts';
import type { Header } from '../../agent/wasm/header-map.ts';
import { forUser, get, serving, tagging } from './gateway.ts';

const by = (name: string, value: string, more: Partial<Rule> = {}): Rule =>
  tagging({ kind: 'header', name, operator: 'exact', value }, { id: `${name} ${value}`, ...more });
const numbered = (rules: readonly Rule[]): readonly Rule[] => rules.map((rule, index) => ({ ...rule, id: `${index}` }));
const many = (count: number, make: (index: number) => Rule): readonly Rule[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Which of the rules decides, by its place. */
const first = (rules: readonly Rule[], headers: readonly Header[], target = '/'): number =>
  serving({ rules: numbered(rules) }).decide(get(target, headers)).rule;

const anybody: Condition = { kind: 'path', operator: 'present' };
const only = (path: string): Partial<Rule> => ({ scope: [{ paths: [{ operator: 'exact', value: path }] }] });

describe('the first rule that holds decides', () => {
  test('of two that hold', () => {
    expect(first([forUser('1'), forUser('1')], [['x-user-id', '1']])).toBe(0);
    expect(first([forUser('2'), forUser('1'), forUser('1')], [['x-user-id', '1']])).toBe(1);
  });

  test('with its own lane and changes', () => {
    const rules = [forUser('1', { lane: 'a' }), forUser('1', { lane: 'b', headers: { remove: ['x'] } })];
    const gateway = serving({ rules: numbered(rules) });
    gateway.decide(get('/', [['x-user-id', '1']]));
    expect(gateway.vm.metrics.value('graylane.lane.a.requests')).toBe(1);
    expect(gateway.vm.metrics.value('graylane.lane.b.requests')).toBe(0);
  });

  test('of 10,000 rules on one header', () => {
    const gateway = serving({ rules: numbered(many(10_000, (index) => forUser(`u${index % 5000}`))) });
    const decided = (user: string): number => gateway.decide(get('/', [['x-user-id', user]])).rule;
    expect(['u0', 'u1', 'u4999', 'u5000'].map(decided)).toEqual([0, 1, 4999, -1]);
  });

  test('of 10,000 rules with the same value, whose scopes differ', () => {
    const rules = many(10_000, (index) => forUser('1', only(`/${index}`)));
    const gateway = serving({ rules: numbered(rules) });
    const decided = (path: string): number => gateway.decide(get(path, [['x-user-id', '1']])).rule;
    expect(['/0', '/5000', '/9999', '/x'].map(decided)).toEqual([0, 5000, 9999, -1]);
  });

  test('of rules with one value and others that must be tried', () => {
    const exact = many(10, (index) => forUser(`${index}`));
    const prefix = tagging({ kind: 'header', name: 'x-user-id', operator: 'prefix', value: '5' });
    expect(first([prefix, ...exact], [['x-user-id', '5']])).toBe(0);
    expect(first([...exact, prefix], [['x-user-id', '5']])).toBe(5);
    expect(first([...exact, prefix], [['x-user-id', '55']])).toBe(10);
    expect(first([...exact.slice(0, 5), prefix, ...exact.slice(5)], [['x-user-id', '5']])).toBe(5);
    expect(first([...exact.slice(0, 6), prefix, ...exact.slice(6)], [['x-user-id', '5']])).toBe(5);
  });

  test('of rules on several headers', () => {
    const rules = many(40, (index) => by(`h${index % 4}`, `${index}`));
    expect(
      first(rules, [
        ['h3', '7'],
        ['h2', '6'],
        ['h0', '8'],
      ]),
    ).toBe(6);
    expect(
      first(rules, [
        ['h3', '39'],
        ['h2', '7'],
        ['h0', '9'],
      ]),
    ).toBe(39);
    expect(
      first([...rules].reverse(), [
        ['h3', '7'],
        ['h2', '6'],
        ['h0', '8'],
      ]),
    ).toBe(31);
  });

  test('of rules on more headers than are looked up in tables', () => {
    const rules = many(200, (index) => by(`h${index % 40}`, `${index}`));
    const held = [0, 39, 40, 163, 199].map((index) => first(rules, [[`h${index % 40}`, `${index}`]]));
    expect(held).toEqual([0, 39, 40, 163, 199]);
    expect(
      first(rules, [
        ['h39', '199'],
        ['h2', '162'],
        ['h1', '161'],
      ]),
    ).toBe(161);
  });

  test('of rules whose value is not their first condition', () => {
    const rules = many(10, (index) =>
      by('a', '', { conditions: [anybody, { kind: 'header', name: 'a', operator: 'exact', value: `${index % 5}` }] }),
    );
    expect(first(rules, [['a', '3']])).toBe(3);
  });

  test('of rules on parameters and on cookies', () => {
    const rules = [
      ...many(8, (index) => tagging({ kind: 'query', name: 'q', operator: 'exact', value: `${index}` })),
      ...many(8, (index) => tagging({ kind: 'cookie', name: 'c', operator: 'exact', value: `${index}` })),
    ];
    expect(first(rules, [['cookie', 'c=2']], '/?q=7')).toBe(7);
    expect(first(rules, [['cookie', 'c=2']], '/?q=9')).toBe(10);
  });

  test('of rules on path, host and method', () => {
    const rules = [
      ...many(6, (index) => tagging({ kind: 'path', operator: 'exact', value: `/${index}` })),
      ...many(6, (index) => tagging({ kind: 'method', operator: 'exact', value: index === 3 ? 'GET' : 'X' })),
      ...many(6, () => tagging({ kind: 'host', operator: 'exact', value: 'example.com' })),
    ];
    expect(first(rules, [], '/4')).toBe(4);
    expect(first(rules, [], '/x')).toBe(9);
  });

  test('and not one that only a value would satisfy where it is negated', () => {
    const negated = { kind: 'header', name: 'a', operator: 'exact', value: '1', negate: true } as const;
    const rules = many(8, (index) => (index === 4 ? tagging(negated) : by('a', `${index}`)));
    expect(first(rules, [['a', '7']])).toBe(4);
    expect(first(rules, [['a', '2']])).toBe(2);
    expect(first(rules, [['a', '1']])).toBe(1);
    expect(first(rules, [])).toBe(4);
  });

  test('of rules on the tag, which nobody may send', () => {
    const rules = many(8, (index) => by('x-mse-tag', `${index}`));
    expect(first([...rules, tagging(anybody)], [['x-mse-tag', '2']])).toBe(8);
  });

  test('of any mixture, as trying one after the other would have it', () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 16) % below;
    };
    const operators = ['exact', 'exact', 'exact', 'prefix'] as const;
    const made = Array.from({ length: 300 }, () => {
      const name = `h${random(6)}`;
      const value = `${random(30)}`;
      const operator = operators[random(4)] ?? 'exact';
      const path = random(3) === 0 ? `/${random(3)}` : undefined;
      const rule = tagging({ kind: 'header', name, operator, value }, path === undefined ? {} : only(path));
      const holds = (headers: readonly Header[], target: string): boolean => {
        const given = headers.find(([own]) => own === name)?.[1];
        if (given === undefined || (path !== undefined && path !== target)) return false;
        return operator === 'exact' ? given === value : given.startsWith(value);
      };
      return { rule, holds };
    });
    const gateway = serving({ rules: numbered(made.map(({ rule }) => rule)) });
    for (let round = 0; round < 500; round += 1) {
      const headers = Array.from({ length: random(5) }, (): Header => [`h${random(7)}`, `${random(40)}`]);
      const target = `/${random(4)}`;
      const expected = made.findIndex(({ holds }) => holds(headers, target));
      expect(gateway.decide(get(target, headers)).rule, JSON.stringify([headers, target])).toBe(expected);
    }
  });
});

describe('all conditions of a rule', () => {
  const conditions: readonly Condition[] = [
    { kind: 'header', name: 'a', operator: 'exact', value: '1' },
    { kind: 'query', name: 'b', operator: 'exact', value: '2' },
    { kind: 'path', operator: 'prefix', value: '/p' },
  ];

  test('must hold', () => {
    const rule = tagging(anybody, { conditions });
    expect(first([rule], [['a', '1']], '/p?b=2')).toBe(0);
    expect(first([rule], [['a', '2']], '/p?b=2')).toBe(-1);
    expect(first([rule], [['a', '1']], '/p?b=1')).toBe(-1);
    expect(first([rule], [['a', '1']], '/q?b=2')).toBe(-1);
  });

  test('may be on the same value', () => {
    const both: readonly Condition[] = [
      { kind: 'header', name: 'a', operator: 'prefix', value: '1' },
      { kind: 'header', name: 'a', operator: 'exact', value: '13', negate: true },
    ];
    const rule = tagging(anybody, { conditions: both });
    expect(['12', '13', '2'].map((value) => first([rule], [['a', value]]))).toEqual([0, -1, -1]);
  });
});
