import { expect, test } from 'vitest';
import { commonPath } from '../../agent/compile/common-place.ts';

test('a path that all take is one of them that the others take too', () => {
  const below = { operator: 'prefix', value: '/a' } as const;
  expect(commonPath([below, { operator: 'exact', value: '/a/b' }])).toBe('/a/b');
  expect(commonPath([below, { operator: 'exact', value: '/ab' }])).toBeUndefined();
  expect(commonPath([])).toBe('/');
});

test('of a pattern no path is made up', () => {
  expect(commonPath([{ operator: 'regex', value: '/a' }])).toBeUndefined();
});
