import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Repeats } from '../../agent/compile/repeats.ts';

interface Item {
  readonly key: string;
}

const keyOf = ({ key }: Item): string => key;

describe('whether two of one key are in a list', () => {
  test('is said of each list, whatever lists came before', () => {
    const items = ['a', 'a', 'b', 'b', 'b', 'c'].map((key): Item => ({ key }));
    fc.assert(
      fc.property(fc.array(fc.array(fc.constantFrom(...items), { maxLength: 8 }), { maxLength: 12 }), (lists) => {
        const repeats = new Repeats(keyOf);
        for (const list of lists) expect(repeats.areIn(list)).toBe(new Set(list.map(keyOf)).size < list.length);
      }),
    );
  });

  test('costs a look at the key of what is new alone', () => {
    let looks = 0;
    const repeats = new Repeats((item: Item) => {
      looks += 1;
      return item.key;
    });
    const items = Array.from({ length: 1000 }, (_, index): Item => ({ key: `${index}` }));
    repeats.areIn(items);
    looks = 0;
    expect(repeats.areIn([...items, { key: '7' }])).toBe(true);
    expect(looks).toBe(1);
  });
});
