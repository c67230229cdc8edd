import { describe, expect, test } from 'vitest';
import { matches, refusalOf } from './pattern.ts';

/** Every other character whose second byte differs. */
const odd = Array.from({ length: 32 }, (_, index) => String.fromCharCode(0x81 + 2 * index)).join('');
const every = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
  .map((character) => (/[\w ]/.test(character) ? character : `\\${character}`))
  .join('');

describe('a pattern', () => {
  test('may have a table of almost 1 MiB, and none that is larger', () => {
    const chain = (times: number): string => `(?:${every}[${odd}]){${times}}`;
    expect(refusalOf(chain(20))).toBeUndefined();
    expect(refusalOf(chain(42))).toMatchObject({
      code: 'RegexTooLarge',
      message: expect.stringContaining('its table would be larger than 1 MiB'),
    });
  });

  test('may have a class of nothing, which nothing is in', () => {
    const nothing = '[^\\x{0}-\\x{10FFFF}]';
    expect(['', 'a', '\u0000'].map((text) => matches(nothing, text))).toEqual([false, false, false]);
    expect(['b', 'a', 'ab'].map((text) => matches(`a${nothing}|b`, text))).toEqual([true, false, false]);
    expect(matches(`${nothing}*`, '')).toBe(true);
  });

  test.each(['a{01}', 'a{00}', 'a{1,02}'])('has in %s no repetition, as a number has no needless zeros', (pattern) => {
    expect([matches(pattern, pattern), matches(pattern, 'a')]).toEqual([true, false]);
  });

  test.each(['[\\q-', '[\\q-a', '[a-\\q', '[\\q'])('is refused for its first fault in %s', (pattern) => {
    expect(refusalOf(pattern)).toMatchObject({ code: 'InvalidRegex', message: expect.stringContaining('escape') });
  });
});
