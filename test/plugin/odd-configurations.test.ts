import { describe, expect, test } from 'vitest';
import { forUser, Gateway, get, refused, serving } from './gateway.ts';

const TEN_MB = 10_000_000;
const CODES = /^(Invalid(Utf8|Json|Type|Value|Regex)|(Unknown|Duplicate|Missing)Key|TooMany|RegexTooLarge)$/;

describe('ten megabytes of one byte are refused', () => {
  test.each([...'[{"\\0-+.,:tfn/a\u0000\u0001\u007f'])('%j', (character) => {
    expect(refused(Buffer.alloc(TEN_MB, character))).toMatchObject({ code: expect.stringMatching(CODES) });
  });

  test.each([0x80, 0xc3, 0xff])('%i', (byte) => {
    expect(refused(Buffer.alloc(TEN_MB, byte))).toMatchObject({ code: 'InvalidUtf8' });
  });
});

describe('ten megabytes are read', () => {
  test('of blanks, which are an empty configuration', () => {
    expect(refused(Buffer.alloc(TEN_MB, ' '))).toBeUndefined();
  });

  test('of escapes in one text, which is too long', () => {
    const text = `{"revision":"${'\\u00e9'.repeat(TEN_MB / 6)}"}`;
    expect(refused(text)).toMatchObject({ code: 'InvalidValue', pointer: '/revision' });
  });

  test('of one key', () => {
    expect(refused(`{"${'a'.repeat(TEN_MB)}":1}`)).toMatchObject({ code: 'UnknownKey' });
    expect(refused(`{"${'\\n'.repeat(TEN_MB / 2)}":1}`)).toMatchObject({ code: 'UnknownKey' });
  });

  test('of digits', () => {
    const condition = (number: string) => `{"kind":"percent","salt":"","basisPoints":${number}}`;
    const config = (number: string) =>
      `{"rules":[{"id":"r","lane":"l","conditions":[${condition(number)}],"headers":{"remove":["x"]}}]}`;
    expect(refused(config('9'.repeat(TEN_MB)))).toMatchObject({ code: 'InvalidValue' });
    expect(refused(config(`0.${'0'.repeat(TEN_MB)}`))).toBeUndefined();
    expect(refused(config(`1e${'9'.repeat(TEN_MB)}`))).toMatchObject({ code: 'InvalidValue' });
  });

  test('of ids', () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => `${index}`.padStart(90, 'x'));
    const config = {
      sets: { vip: ids },
      rules: [
        { ...forUser('1'), conditions: [{ kind: 'header', name: 'x-user-id', operator: 'in', set: 'vip' } as const] },
      ],
    };
    expect(serving(config).decide(get('/', [['x-user-id', ids[99_999] ?? '']])).rule).toBe(0);
  });

  test('of values that are skipped by nobody: the first key that is unknown ends it', () => {
    expect(refused(`{"a":${'['.repeat(TEN_MB)}`)).toMatchObject({ code: 'UnknownKey', pointer: '/a' });
  });
});

describe('a configuration that is nested a million times is refused', () => {
  test.each([
    ['arrays', '['],
    ['objects', '{"a":'],
    ['rules in rules', '{"rules":['],
    ['match rules in match rules', '{"_rules_":['],
    ['sets in sets', '{"sets":{"a":['],
    ['conditions in conditions', '{"rules":[{"conditions":[{"key":{"key":'],
    ['scopes in scopes', '{"rules":[{"scope":[{"paths":[{"value":'],
  ])('%s', (_, opening) => {
    const text = opening.repeat(Math.floor(TEN_MB / opening.length / 2));
    expect(refused(text)).toMatchObject({ code: expect.stringMatching(CODES) });
  });
});

describe('any bytes are taken or refused, and the plugin goes on', () => {
  const gateway = serving({ rules: [forUser('1')] });
  const goesOn = (config: Uint8Array): void => {
    const error = gateway.update(config);
    if (error === undefined) gateway.update({ rules: [forUser('1')] });
    else expect(error.code).toMatch(CODES);
    expect(gateway.decide(get('/', [['x-user-id', '1']])).rule).toBe(0);
  };

  test('each byte alone', () => {
    for (let byte = 0; byte < 256; byte += 1) goesOn(Uint8Array.of(byte));
  });

  test('each byte in the place of a value, of a key and of a letter', () => {
    for (const around of [
      '{"rules":@}',
      '{@"rules":[]}',
      '{"rul@s":[]}',
      '{"revision":"@"}',
      '{"revision":"\\@"}',
      '@{}',
    ]) {
      for (let byte = 0; byte < 256; byte += 1) {
        const bytes = Buffer.from(around);
        bytes[bytes.indexOf('@')] = byte;
        goesOn(bytes);
      }
    }
  });

  test('bytes as they come', () => {
    let seed = 42;
    for (let round = 0; round < 2000; round += 1) {
      const bytes = Buffer.alloc(round % 64);
      for (let at = 0; at < bytes.length; at += 1) {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        bytes[at] = round % 2 === 0 ? seed >>> 24 : ('{}[]",:\\u0d8a e1-'.charCodeAt((seed >>> 24) % 17) ?? 0);
      }
      goesOn(bytes);
    }
  });
});

test('a text of any length is refused or taken at each of its lengths', () => {
  const gateway = new Gateway();
  const text = Buffer.from(
    JSON.stringify({ sets: { é: ['\n"'] }, rules: [forUser('1', { scope: [{ hosts: ['*.A.io'] }] })] }),
  );
  for (let size = 0; size <= text.length; size += 1) {
    const isWhole = size === 0 || size === text.length;
    expect(gateway.update(text.subarray(0, size)) === undefined, `${size} bytes`).toBe(isWhole);
  }
});
