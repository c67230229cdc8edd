import { describe, expect, test } from 'vitest';
import { get, meets } from './gateway.ts';

const path = (operator: 'exact' | 'prefix' | 'suffix' | 'contains', value: string) =>
  ({ kind: 'path', operator, value }) as const;

describe('a path condition', () => {
  test('compares the path without its query', () => {
    expect(meets(path('exact', '/a'), get('/a?x=1'))).toBe(true);
    expect(meets(path('suffix', '/a'), get('/a?x=/b'))).toBe(true);
    expect(meets(path('contains', 'x'), get('/a?x=1'))).toBe(false);
    expect(meets(path('exact', '/a'), get('/a?'))).toBe(true);
    expect(meets(path('exact', '/a'), get('/a?b?c'))).toBe(true);
  });

  test.each([
    ['/a', '/a', true],
    ['/a', '/a/', true],
    ['/a', '/a/b', true],
    ['/a', '/a?x', true],
    ['/a', '/ab', false],
    ['/a', '/', false],
    ['/a', '/A', false],
    ['/a', '/b/a', false],
    ['/a/', '/a', true],
    ['/a/', '/a/b', true],
    ['/a/', '/ab', false],
    ['/a///', '/a', true],
    ['/a/b', '/a/b/c', true],
    ['/a/b', '/a', false],
    ['/a/b', '/a//b', false],
    ['/', '/', true],
    ['/', '/anything/at?all', true],
    ['//', '/a', true],
    ['/', '*', true],
    ['/', '', true],
    ['/a.b', '/a.b;v=1', false],
    ['/a%2Fb', '/a/b', false],
  ])('with the prefix %s on %s is %s', (value, target, holds) => {
    expect(meets(path('prefix', value), get(target))).toBe(holds);
  });

  test('knows suffixes and parts by their bytes, not by segments', () => {
    expect(meets(path('suffix', 'art'), get('/shop/cart'))).toBe(true);
    expect(meets(path('contains', 'op/ca'), get('/shop/cart'))).toBe(true);
  });

  test.each(['/a/../b', '/a/./b', '//b', '/%62', '/b/'])('normalises nothing: %s is not /b', (target) => {
    expect(meets(path('exact', '/b'), get(target))).toBe(false);
  });

  test('takes ids that are paths', () => {
    const condition = { kind: 'path', operator: 'in', set: 'pages' } as const;
    const sets = { pages: ['/a', '/b/c'] };
    expect(['/a', '/b/c?x', '/b', '/a/'].map((target) => meets(condition, get(target), { sets }))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
