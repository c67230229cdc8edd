import { describe, expect, test } from 'vitest';
import { refused, serving } from './gateway.ts';

const UNENDED = 'a string that does not end, or has a raw control character';
const ESCAPE = 'a malformed escape in a string';
const KEY = 'a key in double quotes is expected';
const SEPARATOR = 'a comma or the end is expected';

describe('what is no JSON is refused with the place where it is not', () => {
  test.each([
    ['{', '', 1, KEY],
    ['{,}', '', 1, KEY],
    ['{revision:"1"}', '', 1, KEY],
    ["{'revision':1}", '', 1, KEY],
    ['{"revision":"1",', '/revision', 16, KEY],
    ['{"revision":"1",}', '/revision', 16, KEY],
    ['{"revision"', '/revision', 11, 'a colon is expected after a key'],
    ['{"revision" "1"}', '/revision', 12, 'a colon is expected after a key'],
    ['{"revision":', '/revision', 12, 'the text ends too early'],
    ['{"rules":[', '/rules/0', 10, 'the text ends too early'],
    ['{"revision":"1"', '/revision', 15, SEPARATOR],
    ['{"revision":"1"]', '/revision', 15, SEPARATOR],
    ['{"revision":"1" "sets":{}}', '/revision', 16, SEPARATOR],
    ['{"sets":{"a":["1" "2"]}}', '/sets/a/0', 18, SEPARATOR],
    ['{"sets":{"a":["1"}}', '/sets/a/0', 17, SEPARATOR],
    ['{"sets":{"a":["1",]}}', '/sets/a/1', 18, 'a value is expected'],
    ['{"rules":[,]}', '/rules/0', 10, 'a value is expected'],
    ['{"revision":tru}', '/revision', 12, 'a value is expected'],
    ['{"revision":nul}', '/revision', 12, 'a value is expected'],
    ['{"revision":NaN}', '/revision', 12, 'a value is expected'],
    ['x', '', 0, 'a value is expected'],
    ['\u0000', '', 0, 'a value is expected'],
    ['// lanes\n{}', '', 0, 'a value is expected'],
    ['\ufeff{}', '', 0, 'a value is expected'],
    ['{} {}', '', 3, 'text after the end'],
    ['{}x', '', 2, 'text after the end'],
    ['{}\u0000', '', 2, 'text after the end'],
    ['{"', '', 1, UNENDED],
    ['{"revision', '', 1, UNENDED],
    ['{"revision":"a', '/revision', 12, UNENDED],
    ['{"revision":"a\\"}', '/revision', 12, UNENDED],
    ['{"revision":"\\', '/revision', 12, UNENDED],
    ['{"revision":"\n"}', '/revision', 12, UNENDED],
    ['{"revision":"\u0000"}', '/revision', 12, UNENDED],
    ['{"revision":"\\x"}', '/revision', 12, ESCAPE],
    ['{"revision":"\\u12"}', '/revision', 12, ESCAPE],
    ['{"revision":"\\u12g4"}', '/revision', 12, ESCAPE],
    ['{"revision":"\\ud800"}', '/revision', 12, ESCAPE],
    ['{"revision":"\\ud800\\u0041"}', '/revision', 12, ESCAPE],
    ['{"revision":"\\ud800\\n12345"}', '/revision', 12, ESCAPE],
    ['{"revision":"\\ud83d\\ud83d"}', '/revision', 12, ESCAPE],
    ['{"revision":"\\udc00"}', '/revision', 12, ESCAPE],
    ['{"\\q":1}', '', 1, ESCAPE],
  ])('%j', (text, pointer, byte, message) => {
    expect(refused(text)).toEqual({
      code: 'InvalidJson',
      pointer,
      rule: '',
      message: expect.stringMatching(`^${message}.*, at byte ${byte}$`),
    });
  });

  test('at the end of every part of a configuration', () => {
    const whole = '{"sets":{"a":["\\u00e91","2"]},"clientTag":"keep","revision":"\\ud83d\\ude00","rules":[]}';
    expect(refused(whole)).toBeUndefined();
    for (let size = 1; size < whole.length; size += 1) {
      expect(refused(whole.slice(0, size))).toMatchObject({ code: expect.stringMatching(/^Invalid(Json|Value)$/) });
    }
  });
});

describe('what is no UTF-8 is refused with the place of the first byte that is not', () => {
  test.each([
    ['ff', 0],
    ['80', 0],
    ['7b80', 1],
    ['c080', 0],
    ['c1bf', 0],
    ['c3', 0],
    ['c328', 0],
    ['e28228', 0],
    ['e2', 0],
    ['e282', 0],
    ['e08080', 0],
    ['e09fbf', 0],
    ['eda080', 0],
    ['edbfbf', 0],
    ['f0808080', 0],
    ['f08fbfbf', 0],
    ['f0908028', 0],
    ['f48fbf', 0],
    ['f4908080', 0],
    ['f5808080', 0],
    ['c3a9e282acf09f9880c3a9ff', 11],
    [`${'20'.repeat(40)}80`, 40],
    [`${'20'.repeat(7)}ff${'20'.repeat(40)}`, 7],
  ])('%s at byte %i', (hex, byte) => {
    expect(refused(Buffer.from(hex, 'hex'))).toEqual({
      code: 'InvalidUtf8',
      pointer: '',
      rule: '',
      message: `the configuration is not UTF-8, at byte ${byte}`,
    });
  });
});

describe('text is taken as it is meant', () => {
  const revisionGauge = (text: string): number | undefined =>
    serving(text).vm.metrics.value('graylane.config_revision');

  test.each([
    ['\\u0041\\u00e9\\u20ac', 'Aé€'],
    ['\\ud83d\\ude00\\uDBFF\\uDFFF', '😀\u{10ffff}'],
    ['\\/a\\"\\\\', '/a\\"\\\\'],
    ['\\u002F', '/'],
    ['\\u00E9\\u00e9', 'éé'],
    ['\u007f'.replace('\u007f', '\\u0080'), '\u0080'],
  ])('with the escapes %s as %j', (escaped, plain) => {
    expect(revisionGauge(`{"revision":"${escaped}"}`)).toBe(revisionGauge(`{"revision":"${plain}"}`));
  });

  test.each([
    ['\\b', '\b'],
    ['\\f', '\f'],
    ['\\n', '\n'],
    ['\\r', '\r'],
    ['\\t', '\t'],
    ['\\u0000', '\u0000'],
  ])('with the escape %s', (escaped, character) => {
    const condition = `{"kind":"query","name":"q","operator":"exact","value":"${escaped}"}`;
    const gateway = serving(`{"rules":[{"id":"r","lane":"l","conditions":[${condition}],"headers":{"remove":["x"]}}]}`);
    const path = `/?q=${encodeURIComponent(character)}`;
    expect(gateway.decide({ headers: [[':path', path]] }).rule).toBe(0);
  });

  test('with escapes in keys', () => {
    expect(refused('{"r\\u0075les":[],"\\u0073ets":{}}')).toBeUndefined();
    expect(refused('{"re\\u0076ision":"1","revision":"2"}')).toMatchObject({ code: 'DuplicateKey' });
  });

  test('with blanks wherever they may be', () => {
    const text = ' \t\r\n{ \n"rules" : [ ] ,\t"sets"\r:{ "a" : [ "1" , "2" ] } } \n ';
    expect(refused(text)).toBeUndefined();
    expect(refused('{\u00a0}')).toMatchObject({ code: 'InvalidJson' });
  });
});

describe('a number', () => {
  const config = (number: string): string =>
    '{"rules":[{"id":"r","lane":"l","headers":{"remove":["x"]},' +
    `"conditions":[{"kind":"percent","salt":"","basisPoints":${number}}]}]}`;
  const place = { pointer: '/rules/0/conditions/0/basisPoints', rule: 'r' };

  test.each([
    '0',
    '-0',
    '10000',
    '1e4',
    '1E+2',
    '5.0',
    '0.5e1',
    '100e-1',
    '1.25e2',
    '10000.0000',
    '0e999999',
    '0.0',
    '1e-999999',
  ])('%s is a whole number that counts basis points', (number) => {
    expect(refused(config(number))).toBeUndefined();
  });

  test.each(['-1', '10001', '1.5', '1e5', '1e400', '1e999999999', '0.00001', '123456789012345678901234567890'])(
    '%s is none',
    (number) => {
      expect(refused(config(number))).toEqual({
        code: 'InvalidValue',
        ...place,
        message: 'must be a whole number from 0 to 10000',
      });
    },
  );

  test.each(['01', '-', '-01', '00', '--1', '1.', '1.e2', '1e', '1e+', '1e-', '-x'])('%s is malformed', (number) => {
    expect(refused(config(number))).toEqual({
      code: 'InvalidJson',
      ...place,
      message: expect.stringMatching(/^a malformed number, at byte 114$/),
    });
  });

  test.each(['.5', '+1', 'Infinity', ''])('%s is no value', (number) => {
    expect(refused(config(number))).toMatchObject({ code: 'InvalidJson', ...place });
  });

  test.each(['1x', '0x10', '1 2'])('%s is a number with something behind it', (number) => {
    expect(refused(config(number))).toMatchObject({ code: 'InvalidJson', message: expect.stringContaining(SEPARATOR) });
  });

  test('at the very end of the text is read to there', () => {
    expect(refused(config('12').slice(0, -3))).toMatchObject({ code: 'InvalidJson' });
    for (const cut of ['1', '1.5', '1e5', '-']) {
      const text = config(cut);
      expect(refused(text.slice(0, text.indexOf(cut, 60) + cut.length))).toMatchObject({
        code: expect.stringMatching(/^Invalid(Json|Value)$/),
      });
    }
  });
});
