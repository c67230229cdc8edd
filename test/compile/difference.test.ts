import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differenceOf } from '../../agent/compile/difference.ts';

test('the same list has no difference', () => {
  const list = ['a', 'b'];
  expect(differenceOf(list, list)).toEqual({ added: [], removed: [] });
});

test.each([
  ['nothing and something', [], ['a'], ['a'], []],
  ['something and nothing', ['a'], [], [], ['a']],
  ['one in the middle that is another', ['a', 'b', 'c'], ['a', 'x', 'c'], ['x'], ['b']],
  ['one more at the end', ['a', 'b'], ['a', 'b', 'c'], ['c'], []],
  ['one more in front', ['a', 'b'], ['x', 'a', 'b'], ['x'], []],
  ['one less in the middle', ['a', 'b', 'c'], ['a', 'c'], [], ['b']],
  ['another order', ['a', 'b', 'c'], ['c', 'a', 'b'], [], []],
  ['one that occurs more often', ['a', 'a'], ['a', 'a', 'a'], ['a'], []],
  ['one that occurs less often', ['a', 'b', 'a'], ['a'], [], ['b', 'a']],
])('between %s', (_, before, after, added, removed) => {
  const found = differenceOf<string>(before, after);
  expect([[...found.added].sort(), [...found.removed].sort()]).toEqual([[...added].sort(), [...removed].sort()]);
});

test('taking away what is removed and adding what is added makes one list of the other', () => {
  const items = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 8 });
  fc.assert(
    fc.property(items, items, (before, after) => {
      const { added, removed } = differenceOf(before, after);
      const rest = [...before];
      for (const item of removed) expect(rest.splice(rest.indexOf(item), 1)).toEqual([item]);
      expect([...rest, ...added].sort()).toEqual([...after].sort());
      expect(added.filter((item) => removed.includes(item))).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});
