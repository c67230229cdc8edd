import { Ascii } from '../ascii';
import { hexValue } from '../json/string';
import { INVALID, refuse } from './failure';
import { isDone, peek, position, readPoint, skip } from './pattern';
import { LAST } from './ranges';

/** Reads what stands behind a backslash, if that is one code point; 0 after a failure. */
export function readEscape(): u32 {
  const at = position() - 1;
  if (isDone()) return refused(at, 'a backslash at the end');
  const byte = peek();
  if (byte == 0x62 || byte == 0x42) return refused(at, 'word boundaries are not supported');
  if (byte == 0x70 || byte == 0x50) return refused(at, 'Unicode classes are not supported: list the characters');
  const point = readPoint();
  if (byte == 0x78) return readHex(at);
  if (byte == 0x30 || (byte >= 0x31 && byte <= 0x37 && isOctal(peek()))) return readOctal(byte - 0x30);
  if (byte >= 0x31 && byte <= 0x39) return refused(at, 'back references are not supported');
  if (byte < 0x80 && !isWord(byte)) return point;
  const control = controlOf(byte);
  return control != 0 ? control : refused(at, 'an escape that RE2 does not have');
}

/** A letter, a digit or an underscore. */
export function isWord(byte: u8): bool {
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x7a) || byte == 0x5f;
}

function controlOf(byte: u8): u32 {
  switch (byte) {
    case 0x61:
      return 7;
    case 0x66:
      return 12;
    case 0x6e:
      return 10;
    case 0x72:
      return 13;
    case 0x74:
      return 9;
    case 0x76:
      return 11;
    default:
      return 0;
  }
}

/** `\xFF` or `\x{10FFFF}` */
function readHex(at: i32): u32 {
  const isBraced = skip(0x7b);
  let value: u32 = 0;
  let digits = 0;
  while (hexValue(peek()) >= 0 && (isBraced || digits < 2) && value <= LAST) {
    value = (value << 4) | hexValue(peek());
    digits += 1;
    readPoint();
  }
  if (digits == 0 || (isBraced ? !skip(0x7d) : digits < 2) || value > LAST) {
    return refused(at, 'a code point is written with two hexadecimal digits, or with up to six in braces');
  }
  return value;
}

function readOctal(first: u32): u32 {
  let value = first;
  for (let i = 0; i < 2 && isOctal(peek()); i += 1) value = (value << 3) | (readPoint() - 0x30);
  return value;
}

function isOctal(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x37;
}

function refused(at: i32, why: Ascii): u32 {
  refuse(INVALID, at, why);
  return 0;
}
