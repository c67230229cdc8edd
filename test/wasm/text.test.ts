import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, readText, sizeOf, textOf, writeText } from '../../agent/wasm/text.ts';

describe('text that stands for bytes', () => {
  test('is the text that they spell where they are UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(Buffer.from(bytesOf(text))).toEqual(Buffer.from(text));
        expect(textOf(Buffer.from(text))).toBe(text);
      }),
    );
  });

  test('stands for any bytes without loss', () => {
    const bytes = fc.uint8Array().chain((any) => fc.string().map((text) => Buffer.concat([any, Buffer.from(text)])));
    fc.assert(
      fc.property(bytes, (given) => {
        expect(Buffer.from(bytesOf(textOf(given)))).toEqual(given);
      }),
    );
  });

  test('is written and read in place', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (given) => {
        const text = textOf(given);
        const target = Buffer.alloc(sizeOf(text) + 2, 7);
        writeText(text, target, 1);
        expect([...target]).toEqual([7, ...given, 7]);
        expect(readText(target, 1, 1 + given.length)).toBe(text);
      }),
    );
  });

  test.each([
    [[0xff], '\udcff'],
    [[0xc3, 0xa4, 0xc3], 'ä\udcc3'],
    [[0xc0, 0x80], '\udcc0\udc80'],
    [[0xed, 0xa0, 0x80], '\udced\udca0\udc80'],
    [[0xf0, 0x9f, 0x98, 0x80, 0xf0, 0x9f], '😀\udcf0\udc9f'],
    [[0xf4, 0x90, 0x80, 0x80], '\udcf4\udc90\udc80\udc80'],
    [[0xef, 0xbb, 0xbf, 0x61], '\ufeffa'],
    [[0x00, 0x7f], '\0\x7f'],
  ])('%j is %j', (bytes, text) => {
    expect(textOf(Uint8Array.from(bytes))).toBe(text);
    expect([...bytesOf(text)]).toEqual(bytes);
  });

  test('has a replacement for surrogates that stand for no byte', () => {
    expect(textOf(bytesOf('\ud800a\udc00'))).toBe('\ufffda\ufffd');
  });
});
