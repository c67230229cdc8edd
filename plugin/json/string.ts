import { putCodePoint } from './utf8';

/** Strings as RFC 8259 has them. */

/** True when the string whose end was found last has an escape. */
export let hasEscape: bool = false;

/** Address of the quote that ends the string which begins at `open`; 0 when there is none, or a raw control character. */
export function stringEnd(open: usize, end: usize): usize {
  hasEscape = false;
  let at = open + 1;
  while (at < end) {
    if (at + 8 <= end && arePlain(load<u64>(at))) {
      at += 8;
      continue;
    }
    const byte = load<u8>(at);
    if (byte == 0x22) return at;
    if (byte < 0x20) return 0;
    if (byte == 0x5c) hasEscape = true;
    at += byte == 0x5c ? 2 : 1;
  }
  return 0;
}

/** True when none of eight bytes is a quote, a backslash or a control character; false may be wrong, and costs only time. */
function arePlain(bytes: u64): bool {
  const ones: u64 = 0x0101010101010101;
  const quotes = (bytes ^ (ones * 0x22)) - ones;
  const slashes = (bytes ^ (ones * 0x5c)) - ones;
  const controls = bytes - ones * 0x20;
  return ((quotes | slashes | controls) & ~bytes & (ones << 7)) == 0;
}

/** Length of the string once its escapes are resolved; -1 when one is malformed, or half of a surrogate pair. */
export function decodedLength(raw: usize, length: i32): i32 {
  let decoded = 0;
  let i = 0;
  while (i < length) {
    if (load<u8>(raw + i) != 0x5c) {
      decoded += 1;
      i += 1;
      continue;
    }
    const size = escapeLength(raw + i, length - i);
    if (size == 0) return -1;
    decoded += putCodePoint(SPARE, escapeValue(raw + i));
    i += size;
  }
  return decoded;
}

/** Writes the string with its escapes resolved. */
export function decodeString(to: usize, raw: usize, length: i32): void {
  let i = 0;
  while (i < length) {
    if (load<u8>(raw + i) != 0x5c) {
      store<u8>(to, load<u8>(raw + i));
      to += 1;
      i += 1;
      continue;
    }
    to += putCodePoint(to, escapeValue(raw + i));
    i += escapeLength(raw + i, length - i);
  }
}

const SPARE: usize = memory.data(8, 8);

/** How many bytes the escape has, which are two at least: no string ends behind a backslash. 0 when it is malformed. */
function escapeLength(at: usize, rest: i32): i32 {
  const kind = load<u8>(at, 1);
  if (kind != 0x75) return plainEscape(kind) == 0 ? 0 : 2;
  const unit = unitAt(at, rest);
  if (unit < 0 || isLow(unit)) return 0;
  if (!isHigh(unit)) return 6;
  return rest >= 12 && isLow(unitAt(at + 6, rest - 6)) ? 12 : 0;
}

/** Code point of an escape that is well-formed. */
function escapeValue(at: usize): u32 {
  const kind = load<u8>(at, 1);
  if (kind != 0x75) return plainEscape(kind);
  const unit = unitAt(at, 6);
  if (!isHigh(unit)) return unit;
  return 0x10000 + ((unit & 0x3ff) << 10) + (unitAt(at + 6, 6) & 0x3ff);
}

function plainEscape(kind: u8): u32 {
  switch (kind) {
    case 0x22:
    case 0x5c:
    case 0x2f:
      return kind;
    case 0x62:
      return 8;
    case 0x66:
      return 12;
    case 0x6e:
      return 10;
    case 0x72:
      return 13;
    case 0x74:
      return 9;
    default:
      return 0;
  }
}

/** The UTF-16 unit that `\uXXXX` stands for; -1 when it is malformed. */
function unitAt(at: usize, rest: i32): i32 {
  if (rest < 6 || load<u8>(at) != 0x5c || load<u8>(at, 1) != 0x75) return -1;
  let unit = 0;
  for (let i = 2; i < 6; i += 1) {
    const digit = hexValue(load<u8>(at + i));
    if (digit < 0) return -1;
    unit = (unit << 4) | digit;
  }
  return unit;
}

/** Value of a hexadecimal digit, or -1. */
export function hexValue(byte: u8): i32 {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function isHigh(unit: i32): bool {
  return (unit & 0xfc00) == 0xd800;
}

function isLow(unit: i32): bool {
  return (unit & 0xfc00) == 0xdc00;
}
