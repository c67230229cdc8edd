import { Ascii, startsWithLiteral } from '../ascii';


/** The pattern that is being read, as UTF-8. */

let start: usize = 0;
let size: i32 = 0;
let at: i32 = 0;

export function openPattern(pattern: usize, length: i32): void {
  start = pattern;
  size = length;
  at = 0;
}

/** Where the reader is, in bytes. */
export function position(): i32 {
  return at;
}

/** Goes back to a place. */
export function seek(place: i32): void {
  at = place;
}

export function isDone(): bool {
  return at >= size;
}

/** The byte that comes next, or 0 at the end: no pattern needs a NUL to be told apart from that. */
export function peek(ahead: i32 = 0): u8 {
  return at + ahead < size ? load<u8>(start + at + ahead) : 0;
}

/** Goes on behind a byte when it comes next. */
export function skip(byte: u8): bool {
  if (isDone() || peek() != byte) return false;
  at += 1;
  return true;
}

/** Goes on behind a literal when it comes next. */
export function skipLiteral(literal: Ascii): bool {
  const length = startsWithLiteral(start + at, size - at, literal);
  if (length < 0) return false;
  at += length;
  return true;
}

/** Reads a code point; the pattern is valid UTF-8, and not at its end. */
export function readPoint(): u32 {
  const lead = <u32>peek();
  const more = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  let point = more == 0 ? lead : lead & (0x3f >> more);
  at += 1;
  for (let i = 0; i < more; i += 1) {
    point = (point << 6) | (peek() & 0x3f);
    at += 1;
  }
  return point;
}
