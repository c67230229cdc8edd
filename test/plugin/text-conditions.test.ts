import { describe, expect, test } from 'vitest';
import type { Comparison, NamedSource, RequestLineSource, TextCondition } from '../../agent/model/plugin-config.ts';
import type { Request } from '../../agent/wasm/root-context.ts';
import { get, meets, withPseudo } from './gateway.ts';

interface Place {
  readonly source: NamedSource | RequestLineSource;
  /** A request that has the value there; without it when it is undefined. */
  readonly request: (value: string | undefined) => Request;
  readonly value: string;
  /** Parts of the value: what it begins with, what it ends with, what is inside. */
  readonly parts: readonly [first: string, last: string, middle: string];
  /** What shares nothing with the value. */
  readonly other: string;
}

const PLACES: readonly Place[] = [
  {
    source: { kind: 'header', name: 'x-user-id' },
    request: (value) => get('/', value === undefined ? [] : [['x-user-id', value]]),
    value: 'user-100',
    parts: ['user', '-100', 'er-1'],
    other: 'VIP',
  },
  {
    source: { kind: 'query', name: 'user' },
    request: (value) => get(value === undefined ? '/' : `/?user=${encodeURIComponent(value)}`),
    value: 'Ü & 100%',
    parts: ['Ü ', '00%', '&'],
    other: 'VIP',
  },
  {
    source: { kind: 'cookie', name: 'user' },
    request: (value) => get('/', value === undefined ? [] : [['cookie', `a=b; user=${value}`]]),
    value: '"u=1"',
    parts: ['"u', '1"', '='],
    other: 'VIP',
  },
  {
    source: { kind: 'path' },
    request: (value) => withPseudo(':path', value),
    value: '/shop/cart.html',
    parts: ['/shop', '.html', 'p/c'],
    other: '/VIP',
  },
  {
    source: { kind: 'method' },
    request: (value) => withPseudo(':method', value),
    value: 'PATCH',
    parts: ['PA', 'CH', 'TC'],
    other: 'VIP',
  },
  {
    source: { kind: 'host' },
    request: (value) => withPseudo(':authority', value),
    value: 'shop.example.com',
    parts: ['shop', '.com', 'example'],
    other: 'vip',
  },
];

const sets = { known: ['x'], unknown: ['x'] };

/** Comparisons that the value satisfies, and comparisons that it does not. */
function comparisons({ value, parts, other }: Place): readonly (readonly [Comparison, boolean])[] {
  const [first, last, middle] = parts;
  return [
    [{ operator: 'exact', value }, true],
    [{ operator: 'exact', value: first }, false],
    [{ operator: 'prefix', value: first }, true],
    [{ operator: 'prefix', value: other }, false],
    [{ operator: 'suffix', value: last }, true],
    [{ operator: 'suffix', value: other }, false],
    [{ operator: 'contains', value: middle }, true],
    [{ operator: 'contains', value: other }, false],
    [{ operator: 'regex', value: `\\Q${first}\\E.*` }, true],
    [{ operator: 'regex', value: `\\Q${first}\\E` }, false],
    [{ operator: 'in', set: 'known' }, true],
    [{ operator: 'in', set: 'unknown' }, false],
    [{ operator: 'present' }, true],
    [{ operator: 'absent' }, false],
  ];
}

const cases = PLACES.flatMap((place) =>
  comparisons(place).flatMap(([comparison, holds]) =>
    [false, true].map((negate) => ({
      place,
      condition: { ...place.source, ...comparison, negate } as const,
      name: described({ ...place.source, ...comparison, negate }),
      holds: holds !== negate,
    })),
  ),
);

function described(condition: TextCondition): string {
  const operand = 'value' in condition ? ` ${condition.value}` : 'set' in condition ? ` ${condition.set} ids` : '';
  return `${condition.kind} ${condition.negate === true ? 'not ' : ''}${condition.operator}${operand}`;
}

describe('a text condition', () => {
  test.each(cases)('on $place.value: $name is $holds', ({ place, condition, holds }) => {
    const config = { sets: { ...sets, known: [place.value] } };
    expect(meets(condition, place.request(place.value), config)).toBe(holds);
  });

  test.each(cases.filter(({ condition, holds }) => condition.operator !== 'absent' && holds !== condition.negate))(
    'on nothing: $name is only met by its negation',
    ({ place, condition }) => {
      expect(meets(condition, place.request(undefined), { sets })).toBe(condition.negate);
    },
  );

  test.each(PLACES)('that $source.kind is absent holds when it is not there', ({ source, request }) => {
    expect(meets({ ...source, operator: 'absent' }, request(undefined))).toBe(true);
    expect(meets({ ...source, operator: 'absent', negate: true }, request(undefined))).toBe(false);
  });

  test.each(PLACES)(
    'on $source.kind holds for a value that is empty, which is there all the same',
    ({ source, request }) => {
      expect(meets({ ...source, operator: 'exact', value: '' }, request(''))).toBe(true);
      expect(meets({ ...source, operator: 'present' }, request(''))).toBe(true);
      expect(meets({ ...source, operator: 'absent' }, request(''))).toBe(false);
    },
  );

  test.each(PLACES)('on $source.kind does not take what is longer for the value', ({ source, request, value }) => {
    expect(meets({ ...source, operator: 'exact', value }, request(`${value}x`))).toBe(false);
    expect(meets({ ...source, operator: 'exact', value }, request(value.slice(0, -1)))).toBe(false);
  });

  test.each(PLACES)('on $source.kind compares a long value to its last byte', ({ source, request, value }) => {
    const long = `${value}${'x'.repeat(3000)}`;
    expect(meets({ ...source, operator: 'exact', value: `${long}y` }, request(`${long}y`))).toBe(true);
    expect(meets({ ...source, operator: 'exact', value: `${long}y` }, request(`${long}z`))).toBe(false);
    expect(meets({ ...source, operator: 'suffix', value: `x${'x'.repeat(3000)}` }, request(long))).toBe(false);
  });

  test('finds what it contains wherever it is', () => {
    const condition = { kind: 'header', name: 'x', operator: 'contains', value: 'aab' } as const;
    const holding = ['aab', 'aaab', 'xaabx', 'aaaaab', 'abaab'].map((value) =>
      meets(condition, get('/', [['x', value]])),
    );
    expect(holding).toEqual([true, true, true, true, true]);
    expect(['aa', 'ab', 'aba', '', 'AAB'].map((value) => meets(condition, get('/', [['x', value]])))).toEqual(
      Array(5).fill(false),
    );
  });
});
