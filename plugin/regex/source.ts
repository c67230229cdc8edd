import { isLiteral } from '../bytes';

/** The pattern that is being read, and how far. */

let pattern: usize = 0;
let length: i32 = 0;
let offset: i32 = 0;

/** Begins to read; the bytes are valid UTF-8. */
export function openSource(text: usize, bytes: i32): void {
  pattern = text;
  length = bytes;
  offset = 0;
}

/** Byte offset of what comes next. */
export function position(): i32 {
  return offset;
}

/** Goes back or forth to an offset that was read before. */
export function moveTo(place: i32): void {
  offset = place;
}

/** True when all was read. */
export function isAtEnd(): bool {
  return offset >= length;
}

/** The byte that many bytes ahead; -1 behind the end. */
export function peek(ahead: i32): i32 {
  return offset + ahead < length ? <i32>load<u8>(pattern + offset + ahead) : -1;
}

/** Passes over bytes, at most to the end. */
export function skip(bytes: i32): void {
  offset = min(offset + bytes, length);
}

/** Passes over the byte when it comes next. */
export function skipByte(byte: i32): bool {
  if (peek(0) != byte) return false;
  offset += 1;
  return true;
}

/** True when this literal comes next. */
export function isNext(literal: string): bool {
  return literal.length <= length - offset && isLiteral(pattern + offset, literal.length, literal);
}

/** Where the text between two offsets begins. */
export function textAt(place: i32): usize {
  return pattern + place;
}

/** The next character; -1 at the end. */
export function takeCodePoint(): i32 {
  const first = peek(0);
  if (first < 0x80) {
    skip(1);
    return first;
  }
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  let point = first & (0x7f >> size);
  for (let i = 1; i < size; i += 1) point = (point << 6) | (peek(i) & 0x3f);
  skip(size);
  return min(point, 0x10ffff);
}
