import { fail, INVALID } from './failure';
import { isAtEnd, isNext, peek, position, skip, skipByte, takeCodePoint } from './source';

const MAX_CODE_POINT: i32 = 0x10ffff;

/** Reads an escape that stands for one character, from its backslash on. The character; -1, and the failure noted, for another. */
export function takeEscape(): i32 {
  const start = position();
  skip(1);
  const letter = takeCodePoint();
  let point = -1;
  if (letter == -1) fail(INVALID, start, 'the pattern ends with a backslash: write \\\\ for the character itself');
  else if (isOctal(letter)) point = takeOctal(letter);
  else if (letter == 0x78) point = takeHexadecimal();
  else if (letter < 0x80 && !isAlphanumeric(letter)) point = letter;
  else point = controlOf(letter);
  if (point < 0) failEscape(start, letter);
  return point;
}

/** Says why an escape is refused. */
export function failEscape(start: i32, letter: i32): void {
  if (letter >= 0x31 && letter <= 0x39) fail(INVALID, start, 'back references are not supported');
  else if (letter == 0x70 || letter == 0x50) fail(INVALID, start, 'Unicode classes are not supported: list the characters');
  else if ((letter | 0x20) == 0x62) fail(INVALID, start, 'word boundaries are not supported');
  else if (letter == 0x43) fail(INVALID, start, '\\C is not supported: use . for one character');
  else if (letter == 0x78) fail(INVALID, start, 'not a code point: write \\x41 or \\x{10FFFF}');
  else fail(INVALID, start, 'this escape is not known: write the character itself, or \\\\ for a backslash');
}

/** True for 0-9, A-Z and a-z. */
export function isAlphanumeric(point: i32): bool {
  const lower = point | 0x20;
  return (point >= 0x30 && point <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
}

/** Up to three octal digits; a single one that is not 0 would be a back reference. */
function takeOctal(first: i32): i32 {
  if (first != 0x30 && !isOctal(peek(0))) return -1;
  let point = first - 0x30;
  for (let i = 0; i < 2 && isOctal(peek(0)); i += 1) {
    point = point * 8 + (peek(0) - 0x30);
    skip(1);
  }
  return point;
}

function takeHexadecimal(): i32 {
  if (skipByte(0x7b)) return takeBraced();
  const high = hexadecimalOf(peek(0));
  const low = hexadecimalOf(peek(1));
  if (high < 0 || low < 0) return -1;
  skip(2);
  return high * 16 + low;
}

function takeBraced(): i32 {
  if (isNext('}')) return -1;
  let point = 0;
  while (!isAtEnd() && !isNext('}')) {
    const digit = hexadecimalOf(peek(0));
    if (digit < 0) return -1;
    point = point * 16 + digit;
    if (point > MAX_CODE_POINT) return -1;
    skip(1);
  }
  return skipByte(0x7d) ? point : -1;
}

function controlOf(letter: i32): i32 {
  if (letter == 0x6e) return 0x0a;
  if (letter == 0x74) return 0x09;
  if (letter == 0x72) return 0x0d;
  if (letter == 0x66) return 0x0c;
  if (letter == 0x76) return 0x0b;
  if (letter == 0x61) return 0x07;
  return -1;
}

function isOctal(byte: i32): bool {
  return byte >= 0x30 && byte <= 0x37;
}

function hexadecimalOf(byte: i32): i32 {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
