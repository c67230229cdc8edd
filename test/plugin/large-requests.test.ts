import { describe, expect, test } from 'vitest';
import type { Condition } from '../../agent/model/plugin-config.ts';
import type { Header } from '../../agent/wasm/header-map.ts';
import { forUser, get, meets, serving, tagging, valuesOf } from './gateway.ts';

const many = (count: number): readonly Header[] =>
  Array.from({ length: count }, (_, index) => [`h${index}`, `${index}`]);
const cookie: Condition = { kind: 'cookie', name: 'user', operator: 'exact', value: '100' };

describe('10,000 headers', () => {
  test('are looked through for the one that counts', () => {
    const gateway = serving({ rules: [forUser('1'), tagging(cookie, { id: 'cookie' })] });
    const headers = [...many(10_000), ['x-user-id', '1']] as const;
    expect(gateway.decide(get('/', headers)).rule).toBe(0);
    expect(gateway.decide(get('/', [...many(10_000), ['cookie', 'user=100']])).rule).toBe(1);
    expect(gateway.decide(get('/', many(10_000))).rule).toBe(-1);
  });

  test('stay as they are but for the tag', () => {
    const gateway = serving({ rules: [forUser('1'), tagging(cookie, { id: 'cookie' })] });
    const decided = gateway.decide(get('/', [...many(5000), ['x-mse_tag', 'a'], ...many(5000), ['x-mse-tag', 'a']]));
    expect(decided.headers.slice(4)).toEqual([...many(5000), ...many(5000)]);
  });

  test('that are all tags are all removed', () => {
    const tags = Array.from(
      { length: 10_000 },
      (_, index): Header => [index % 2 === 0 ? 'x-mse-tag' : 'x_mse_tag', `${index}`],
    );
    expect(serving('').decide(get('/', tags)).headers).toHaveLength(4);
    expect(serving({ clientTag: 'stripAll' }).decide(get('/', tags)).headers).toHaveLength(4);
  });

  test('that are all cookies are read in order', () => {
    const cookies = Array.from({ length: 10_000 }, (_, index): Header => ['cookie', `c${index}=${index}`]);
    expect(meets(cookie, get('/', [...cookies, ['cookie', 'user=100'], ['cookie', 'user=7']]))).toBe(true);
  });

  test('with no name and no value are nothing', () => {
    const empty = Array.from({ length: 10_000 }, (): Header => ['', '']);
    expect(serving({ clientTag: 'stripAll', rules: [forUser('1')] }).decide(get('/', empty)).rule).toBe(-1);
  });
});

describe('a path of 60 KB', () => {
  const long = `/${'a/'.repeat(30_000)}`;

  test.each([
    ['exact', long.slice(0, 4000), false],
    ['prefix', '/a/a', true],
    ['prefix', '/a/b', false],
    ['suffix', 'a/a/', true],
    ['contains', '/b', false],
    ['regex', '(/a)*/', true],
    ['regex', '/[^b]*b.*', false],
  ] as const)('compared by %s with %.20s: %s', (operator, value, holds) => {
    expect(meets({ kind: 'path', operator, value }, get(long))).toBe(holds);
  });

  test('has its query at the end', () => {
    const condition: Condition = { kind: 'query', name: 'user', operator: 'exact', value: '1 0' };
    expect(meets(condition, get(`${long}?user=1+0`))).toBe(true);
  });

  test('is all query', () => {
    const condition: Condition = { kind: 'query', name: 'user', operator: 'exact', value: '100' };
    expect(meets(condition, get(`/?${'a=b&'.repeat(15_000)}user=100`))).toBe(true);
    expect(meets(condition, get(`/?${'&'.repeat(60_000)}`))).toBe(false);
    expect(meets({ ...condition, operator: 'suffix' }, get(`/?user=${'%31'.repeat(30_000)}%30%30`))).toBe(true);
  });

  test('is no longer in the way of the next request', () => {
    const gateway = serving({ rules: [tagging({ kind: 'path', operator: 'exact', value: '/a' })] });
    expect([long, '/a', long, '/a'].map((path) => gateway.decide(get(path)).rule)).toEqual([-1, 0, -1, 0]);
  });
});

describe('a value of a megabyte', () => {
  const large = 'é'.repeat(500_000);

  test.each([
    ['suffix', 'é', true],
    ['contains', 'e', false],
    ['regex', 'é*', true],
    ['regex', '.*e', false],
  ] as const)('in a header, compared by %s with %s: %s', (operator, value, holds) => {
    expect(meets({ kind: 'header', name: 'x', operator, value }, get('/', [['x', large]]))).toBe(holds);
  });

  test('beside another header is found with it', () => {
    const conditions: readonly Condition[] = [
      { kind: 'header', name: 'a', operator: 'suffix', value: 'é' },
      { kind: 'header', name: 'b', operator: 'exact', value: '1' },
    ];
    const gateway = serving({ rules: [tagging(cookie, { conditions })] });
    expect(
      gateway.decide(
        get('/', [
          ['a', large],
          ['b', '1'],
        ]),
      ).rule,
    ).toBe(0);
  });

  test('of more than 16 is missing', () => {
    const present: Condition = { kind: 'header', name: 'x', operator: 'present' };
    expect(meets(present, get('/', [['x', 'a'.repeat(16 << 20)]]))).toBe(true);
    expect(meets(present, get('/', [['x', 'a'.repeat((16 << 20) + 1)]]))).toBe(false);
  });

  test('of blanks is empty', () => {
    const blanks: Header = ['x', ' '.repeat(1_000_000)];
    expect(meets({ kind: 'header', name: 'x', operator: 'exact', value: '' }, get('/', [blanks]))).toBe(true);
  });

  test('of a tag is removed', () => {
    expect(valuesOf('x-mse-tag', serving('').decide(get('/', [['x-mse-tag', large]])))).toEqual([]);
  });
});

test('every byte may be anywhere in a request', () => {
  const kinds: readonly Condition[] = [
    { kind: 'query', name: 'q', operator: 'exact', value: 'x' },
    { kind: 'cookie', name: 'c', operator: 'regex', value: '[^a]*' },
    { kind: 'host', operator: 'suffix', value: '.io' },
    { kind: 'sourceIp', cidrs: ['::/0', '0.0.0.0/0'] },
  ];
  const gateway = serving({ rules: kinds.map((condition, index) => tagging(condition, { id: `${index}` })) });
  for (let byte = 0; byte < 256; byte += 1) {
    const one = byte < 128 ? String.fromCharCode(byte) : String.fromCharCode(0xdc00 + byte);
    const request = get(
      `/${one}?q=${one}%`,
      [
        ['cookie', `c=${one}`],
        [one, one],
      ],
      { 'source.address': `1.2.3.${one}` },
    );
    expect(gateway.root.request(request).action).toBe(0);
    expect(gateway.root.request(get(one, [['cookie', one]], { 'source.address': one })).action).toBe(0);
  }
});
