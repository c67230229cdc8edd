/** Texts are a pointer and a length in bytes. */

const SPACE: u8 = 0x20;
const TAB: u8 = 0x09;

/** True when both have the same bytes. */
export function sameBytes(a: usize, b: usize, length: i32): bool {
  while (length >= 8) {
    if (load<u64>(a) != load<u64>(b)) return false;
    a += 8;
    b += 8;
    length -= 8;
  }
  while (length > 0) {
    if (load<u8>(a) != load<u8>(b)) return false;
    a += 1;
    b += 1;
    length -= 1;
  }
  return true;
}

/** True when both texts are equal. */
export function sameText(a: usize, aLength: i32, b: usize, bLength: i32): bool {
  return aLength == bLength && sameBytes(a, b, aLength);
}

/** Place of the first occurrence of a byte, or the length when there is none. */
export function indexOfByte(text: usize, length: i32, byte: u8): i32 {
  let i = 0;
  const wanted = <u64>byte * 0x0101010101010101;
  while (i + 8 <= length) {
    const other = load<u64>(text + i) ^ wanted;
    const found = (other - 0x0101010101010101) & ~other & 0x8080808080808080;
    if (found != 0) return i + (<i32>ctz(found) >> 3);
    i += 8;
  }
  while (i < length && load<u8>(text + i) != byte) i += 1;
  return i;
}

/** Place of the first occurrence of a text, or -1. An empty one is at 0. */
export function indexOfText(text: usize, length: i32, wanted: usize, wantedLength: i32): i32 {
  for (let i = 0; i + wantedLength <= length; i += 1) if (sameBytes(text + i, wanted, wantedLength)) return i;
  return -1;
}

/** The byte as a letter in lower case. */
export function lower(byte: u8): u8 {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

/** True when a letter in upper case is among them. */
export function hasUpper(text: usize, length: i32): bool {
  for (let i = 0; i < length; i += 1) if (<u32>load<u8>(text + i) - 0x41 <= 0x19) return true;
  return false;
}

/** Writes the text in lower case; both places may be the same. */
export function copyLower(to: usize, text: usize, length: i32): void {
  for (let i = 0; i < length; i += 1) store<u8>(to + i, lower(load<u8>(text + i)));
}

/** True for the blanks that are no part of a field's value (RFC 9110, section 5.5). */
export function isBlank(byte: u8): bool {
  return byte == SPACE || byte == TAB;
}

/** How many blanks the text begins with. */
export function leadingBlanks(text: usize, length: i32): i32 {
  let blanks = 0;
  while (blanks < length && isBlank(load<u8>(text + blanks))) blanks += 1;
  return blanks;
}

/** Its length without the blanks at its end. */
export function trimmedLength(text: usize, length: i32): i32 {
  while (length > 0 && isBlank(load<u8>(text + length - 1))) length -= 1;
  return length;
}

/** True when the names are equal but for `_` in the one where the other has `-`. Both are in lower case. */
export function sameFolded(a: usize, aLength: i32, b: usize, bLength: i32): bool {
  if (aLength != bLength) return false;
  for (let i = 0; i < aLength; i += 1) if (folded(load<u8>(a + i)) != folded(load<u8>(b + i))) return false;
  return true;
}

function folded(byte: u8): u8 {
  return byte == 0x5f ? 0x2d : byte;
}
