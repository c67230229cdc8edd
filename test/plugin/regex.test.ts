import { describe, expect, test } from 'vitest';
import { matches, refusalOf } from './pattern.ts';

describe('a pattern matches the whole value', () => {
  test.each([
    ['abc', ['abc'], ['ab', 'abcd', 'xabc', '']],
    ['', [''], ['a']],
    ['a|bc|', ['a', 'bc', ''], ['abc', 'b']],
    ['(a|b)c', ['ac', 'bc'], ['abc', 'c']],
    ['(?:ab)+', ['ab', 'abab'], ['', 'aba']],
    ['(?P<n>a)(?<m>b)', ['ab'], ['a']],
    ['a*', ['', 'a', 'aaa'], ['b', 'ab']],
    ['a+?', ['a', 'aa'], ['']],
    ['a??b', ['b', 'ab'], ['aab']],
    ['a{3}', ['aaa'], ['aa', 'aaaa']],
    ['a{2,}', ['aa', 'aaaaa'], ['a']],
    ['a{1,2}b{0}', ['a', 'aa'], ['', 'aaa', 'ab']],
    ['a{,2}', ['a{,2}'], ['a', 'aa']],
    ['a{x', ['a{x'], ['a']],
    ['x{2}{,3}', ['xx{,3}'], ['xx']],
    ['^a$', ['a'], ['', 'aa']],
    ['a^b', [], ['ab', 'a^b', 'a']],
    ['(^a|b)c', ['ac', 'bc'], ['abc']],
    ['(a$|b)c?', ['a', 'b', 'bc'], ['ac']],
    ['$^', [''], ['a']],
    ['\\Aa\\z', ['a'], ['aa']],
    ['a^*b', ['ab'], ['a']],
    ['\\Qa.b\\E', ['a.b'], ['axb']],
    ['\\Qab\\E+', ['ab', 'abb'], ['abab']],
    ['\\Q.', ['.'], ['a']],
  ])('%s', (pattern, hits, misses) => {
    expect(hits.filter((text) => !matches(pattern, text))).toEqual([]);
    expect(misses.filter((text) => matches(pattern, text))).toEqual([]);
  });
});

describe('a pattern has characters and classes of them', () => {
  test.each([
    ['.', ['a', '中', '🎉', '\u0000'], ['', '\n', 'ab']],
    ['(?s).', ['\n'], ['']],
    ['(?s)a(?-s:.)', ['ab'], ['a\n']],
    ['[abc]', ['a', 'c'], ['d', '']],
    ['[^abc]', ['d', '\n', '中'], ['a', '']],
    ['[a-c0-2]', ['b', '1'], ['d', '3']],
    ['[]a]', [']', 'a'], ['b']],
    ['[^]a]', ['b'], [']', 'a']],
    ['[a-]', ['a', '-'], ['b']],
    ['[a\\-z]', ['-', 'z'], ['b']],
    ['[ä-ü]', ['ö'], ['a', 'o']],
    ['[\\x{4e00}-\\x{9fff}]+', ['中文'], ['a']],
    ['[\\x{1F300}-\\x{1FAFF}]', ['🎉'], ['中']],
    ['\\d\\D\\s\\S\\w\\W', ['1a b_-', '2 \ta0!'], ['11 b_-']],
    ['[\\d\\s]+', ['1 2'], ['a']],
    ['[^\\d]', ['a'], ['1']],
    ['[[:alpha:][:digit:]]+', ['a1'], ['-']],
    ['[[:^alpha:]]', ['1', '中'], ['a']],
    ['[[:xdigit:]]{2}', ['fF', '09'], ['fg']],
    ['[[:punct:]]', ['!', '~', '@', '['], ['a', ' ']],
    ['[[:space:]]', ['\u000b', ' '], ['a']],
    ['[[:word:]]', ['_'], ['-']],
    ['[[:blank:][:cntrl:]]', ['\t', '\u007f'], ['a']],
    ['[[:ascii:]]', ['\u007f'], ['ä']],
    ['[[:alnum:]][[:graph:]][[:lower:]][[:print:]][[:upper:]]', ['a!a A'], ['a a A']],
    ['[[:a]', ['[', ':', 'a'], ['b']],
    ['\\.\\*\\/', ['.*/'], ['a*/']],
    ['\\x41\\x{42}\\103', ['ABC'], ['abc']],
    ['\\0\\07\\a\\f\\t\\n\\r\\v', ['\u0000\u0007\u0007\f\t\n\r\u000b'], ['']],
    ['中+', ['中中'], ['丞']],
  ])('%s', (pattern, hits, misses) => {
    expect(hits.filter((text) => !matches(pattern, text))).toEqual([]);
    expect(misses.filter((text) => matches(pattern, text))).toEqual([]);
  });
});

describe('without case', () => {
  test.each([
    ['(?i)aB', ['ab', 'AB', 'Ab'], ['a']],
    ['(?i)[a-c]', ['B'], ['D']],
    ['(?i)[^a]', ['b'], ['A', 'a']],
    ['(?i)k', ['K', '\u212a'], ['j']],
    ['(?i)S', ['s', '\u017f'], ['t']],
    ['(?i)\\W', ['-'], ['\u017f', 'a']],
    ['(?i:a)b', ['Ab'], ['AB']],
    ['a(?i)b', ['aB'], ['AB']],
    ['(a(?i)b)c', ['aBc'], ['aBC']],
    ['(?i)中', ['中'], ['a']],
    ['(?iU)a', ['A'], ['b']],
  ])('%s', (pattern, hits, misses) => {
    expect(hits.filter((text) => !matches(pattern, text))).toEqual([]);
    expect(misses.filter((text) => matches(pattern, text))).toEqual([]);
  });
});

describe('bytes that are no UTF-8', () => {
  test.each([
    ['.*', [0x80]],
    ['.*', [0xc0, 0x80]],
    ['.*', [0xe4, 0xb8]],
    ['.*', [0xed, 0xa0, 0x80]],
    ['.*', [0xf4, 0x90, 0x80, 0x80]],
    ['[^a]', [0xff]],
    ['(?s).+', [0x61, 0xff]],
    ['\\W', [0xe0, 0x80, 0x80]],
  ])('%s does not match %j', (pattern, bytes) => {
    expect(matches(pattern, Uint8Array.from(bytes))).toBe(false);
  });
});

describe('a pattern is refused with its place', () => {
  test.each([
    ['a(', 'a parenthesis that is not closed', 1],
    ['a)', 'a closing parenthesis that nothing opens', 1],
    ['a[b', 'a bracket that is not closed', 1],
    ['[]', 'a bracket that is not closed', 0],
    ['*a', 'a repetition of nothing', 0],
    ['a|+', 'a repetition of nothing', 2],
    ['(?i)?', 'a repetition of nothing', 4],
    ['a**', 'a repetition of a repetition', 2],
    ['a{2}{3}', 'a repetition of a repetition', 4],
    ['a???', 'a repetition of a repetition', 3],
    ['a{3,2}', 'a repetition that runs backwards', 1],
    ['a{1001}', 'a repetition of more than 1000', 1],
    ['a{2,99999999999}', 'a repetition of more than 1000', 1],
    ['[b-a]', 'a range that runs backwards', 1],
    ['a\\', 'a backslash at the end', 1],
    ['\\bx', 'word boundaries are not supported', 0],
    ['x\\B', 'word boundaries are not supported', 1],
    ['\\pL', 'Unicode classes are not supported', 0],
    ['[\\PL]', 'Unicode classes are not supported', 1],
    ['(a)\\1', 'back references are not supported', 3],
    ['\\9', 'back references are not supported', 0],
    ['\\y', 'an escape that RE2 does not have', 0],
    ['\\ä', 'an escape that RE2 does not have', 0],
    ['\\x1', 'a code point is written', 0],
    ['\\x{110000}', 'a code point is written', 0],
    ['\\x{}', 'a code point is written', 0],
    ['(?=a)', 'look-around is not supported', 0],
    ['a(?<!b)', 'look-around is not supported', 1],
    ['(?>a)', 'atomic groups are not supported', 0],
    ['(?m)a', 'the flag m is not supported', 0],
    ['(?x)a', 'a group that RE2 does not have', 0],
    ['(?-)a', 'a group that RE2 does not have', 0],
    ['(?P<>a)', 'the name of a group', 0],
    ['(?P<n', 'the name of a group', 0],
    ['[[:nope:]]', 'a character class that RE2 does not have', 1],
    ['(?i)ä', 'letters beyond ASCII', 4],
    ['(?i)[a-ü]', 'letters beyond ASCII', 4],
  ])('%s', (pattern, message, place) => {
    expect(refusalOf(pattern)).toMatchObject({ code: 'InvalidRegex', pointer: '/rules/0/conditions/0/value' });
    expect(refusalOf(pattern)?.message).toContain(message);
    expect(refusalOf(pattern)?.message).toMatch(new RegExp(`, at byte ${place}$`));
  });

  test.each([
    ['[01]*1[01]{12}', 'too many states'],
    ['.{0,500}z', 'too many states'],
    ['(a{1,1000}){1,1000}', 'too many states'],
    ['((a{0,100}){0,100}){0,100}', 'too many states'],
    ['(((((){1000}){1000}){1000}){1000}){1000}', 'take too long to compile'],
    ['('.repeat(101) + ')'.repeat(101), 'nested more than 100 deep'],
    [`(.*a){8}[a-z0-9]{300}.*b{900}.*`, 'to'],
  ])('%s is too large', (pattern, message) => {
    expect(refusalOf(pattern)).toMatchObject({ code: 'RegexTooLarge' });
    expect(refusalOf(pattern)?.message).toContain(message);
  });

  test('what is large and fits is taken', () => {
    expect(matches('[a-y]{0,500}z', `${'a'.repeat(500)}z`)).toBe(true);
    expect(matches('[a-y]{0,500}z', `${'a'.repeat(501)}z`)).toBe(false);
    expect(matches('('.repeat(100) + ')'.repeat(100), '')).toBe(true);
    expect(matches('x'.repeat(4000), 'x'.repeat(4000))).toBe(true);
  });
});
