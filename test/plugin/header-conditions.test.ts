import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../agent/model/plugin-config.ts';
import type { Header } from '../../agent/wasm/header-map.ts';
import { get, meets, serving, tagging } from './gateway.ts';

const header = (comparison: Comparison, name = 'x-user-id') => ({ kind: 'header', name, ...comparison }) as const;
const is100 = header({ operator: 'exact', value: '100' });
const with100 = (...values: readonly string[]): readonly Header[] => values.map((value) => ['x-user-id', value]);

describe('a header condition', () => {
  test('compares names without case', () => {
    expect(meets(header({ operator: 'exact', value: '100' }, 'X-User-ID'), get('/', [['x-uSER-id', '100']]))).toBe(
      true,
    );
  });

  test('compares values with case', () => {
    expect(meets(header({ operator: 'exact', value: 'Gray' }), get('/', with100('gray')))).toBe(false);
  });

  test('takes no name for another that begins like it', () => {
    expect(meets(is100, get('/', [['x-user-id2', '100']]))).toBe(false);
    expect(meets(is100, get('/', [['x-user-i', '100']]))).toBe(false);
  });

  test('takes the first of several values', () => {
    expect(meets(is100, get('/', with100('100', '7')))).toBe(true);
    expect(meets(is100, get('/', with100('7', '100')))).toBe(false);
  });

  test('splits no list at commas', () => {
    expect(meets(is100, get('/', with100('100, 7')))).toBe(false);
    expect(meets(is100, get('/', with100('100,100')))).toBe(false);
  });

  test.each([' 100', '100 ', '\t100\t', ' \t 100 \t '])('sees no blanks around %j', (value) => {
    expect(meets(is100, get('/', with100(value)))).toBe(true);
  });

  test('sees blanks inside a value', () => {
    expect(meets(is100, get('/', with100('1 00')))).toBe(false);
    expect(meets(header({ operator: 'exact', value: '1 00' }), get('/', with100('1 00')))).toBe(true);
  });

  test('sees nothing but blanks as an empty value', () => {
    expect(meets(header({ operator: 'exact', value: '' }), get('/', with100(' \t ')))).toBe(true);
    expect(meets(header({ operator: 'present' }), get('/', with100('  ')))).toBe(true);
  });

  test.each(['\u000b100', '100\u00a0', '\u0000100'])('takes no other character for a blank: %j', (value) => {
    expect(meets(is100, get('/', with100(value)))).toBe(false);
  });

  test('compares bytes that are no text', () => {
    expect(meets(header({ operator: 'suffix', value: 'é' }), get('/', with100('\udcff\udcc3\udca9')))).toBe(true);
    expect(meets(header({ operator: 'exact', value: 'é' }), get('/', with100('\udce9')))).toBe(false);
  });

  test('does not see a trailer of the same name as a pseudo header', () => {
    expect(meets({ kind: 'path', operator: 'exact', value: '/a' }, get('/', [['path', '/a']]))).toBe(false);
  });

  test('on several headers looks at each one', () => {
    const conditions = [is100, header({ operator: 'exact', value: 'b' }, 'x-b')];
    const gateway = serving({ rules: [tagging(is100, { conditions })] });
    const decided = (headers: readonly Header[]): number => gateway.decide(get('/', headers)).rule;
    expect(decided([...with100(' 100 ', '7'), ['x-b', 'b ']])).toBe(0);
    expect(decided(with100('100'))).toBe(-1);
    expect(decided([['x-b', 'b']])).toBe(-1);
  });

  test('reads its value anew for every request', () => {
    const gateway = serving({ rules: [tagging(is100)] });
    const rules = [['100'], ['7'], [], ['100']].map((values) => gateway.decide(get('/', with100(...values))).rule);
    expect(rules).toEqual([0, -1, -1, 0]);
  });
});

describe('a condition on the tag header', () => {
  const tag = (name: string) => header({ operator: 'present' }, name);
  const tagged = get('/', [
    ['x-mse-tag', 'gray'],
    ['x_mse_tag', 'gray'],
    ['x-mse_tag', 'gray'],
  ]);

  test.each(['x-mse-tag', 'X-MSE-Tag', 'x_mse_tag', 'x-mse_tag'])('does not see what a client sent as %s', (name) => {
    expect(meets(tag(name), tagged)).toBe(false);
    expect(meets({ ...tag(name), negate: true }, tagged)).toBe(true);
    expect(meets(header({ operator: 'absent' }, name), tagged)).toBe(true);
  });

  test('sees it where clients may choose', () => {
    expect(meets(tag('x-mse-tag'), tagged, { clientTag: 'keep' })).toBe(true);
    expect(meets(tag('x_mse_tag'), tagged, { clientTag: 'keep' })).toBe(true);
  });

  test('does not see it with the other headers that are read at once', () => {
    const conditions = [tag('x-mse-tag'), { ...is100, negate: true }, header({ operator: 'absent' }, 'x-b')];
    expect(serving({ rules: [tagging(is100, { conditions })] }).decide(tagged).rule).toBe(-1);
  });

  test('does not see a tag header of another name', () => {
    const request = get('/', [['x-lane', 'gray']]);
    expect(meets(tag('x-lane'), request, { tagHeader: 'X-Lane' })).toBe(false);
    expect(meets(tag('x-mse-tag'), tagged, { tagHeader: 'X-Lane' })).toBe(true);
  });

  test('as the key of a percentage has no key', () => {
    const percent = {
      kind: 'percent',
      basisPoints: 10_000,
      salt: '',
      key: { kind: 'header', name: 'x-mse-tag' },
    } as const;
    expect(meets(percent, tagged)).toBe(false);
    expect(meets(percent, tagged, { clientTag: 'keep' })).toBe(true);
  });
});
