/** The text of a verdict, in static memory: a JSON object of ASCII and UTF-8. What does not fit is cut off inside a value. */

import { Ascii } from '../ascii';

const CAPACITY: i32 = 8192;
/** What must still fit after a value that was cut off. */
const RESERVE: i32 = 1024;
export const WRITTEN: usize = memory.data(8192, 8);
let length: i32 = 0;

export function rewind(): void {
  length = 0;
}

/** How many bytes were written. */
export function writtenLength(): i32 {
  return length;
}

/** Writes one byte. */
export function put(byte: u8): void {
  if (length >= CAPACITY) return;
  store<u8>(WRITTEN + length, byte);
  length += 1;
}

/** Writes a literal of ASCII as it is. */
export function putAscii(literal: Ascii): void {
  for (let at = literal; load<u8>(at) != 0; at += 1) put(load<u8>(at));
}

/** False when no more may be written of a value. */
export function hasRoom(): bool {
  return length < CAPACITY - RESERVE;
}

/** Writes a text as part of a JSON string. */
export function putEscaped(text: usize, textLength: i32): void {
  for (let i = 0; i < textLength && hasRoom(); i += 1) {
    const byte = load<u8>(text + i);
    if (byte == 0x22 || byte == 0x5c) {
      put(0x5c);
      put(byte);
    } else if (byte < 0x20) {
      putAscii('\\u00');
      put(hex(byte >> 4));
      put(hex(byte & 15));
    } else {
      put(byte);
    }
  }
}

/** Writes a number that is not negative in decimal. */
export function putNumber(number: i32): void {
  if (number >= 10) putNumber(number / 10);
  put(0x30 + <u8>(number % 10));
}

function hex(digit: u8): u8 {
  return digit < 10 ? 0x30 + digit : 0x57 + digit;
}
