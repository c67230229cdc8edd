import { Ascii, isLiteral } from '../ascii';
import { takeTable } from '../arena';
import { copyLower, hasUpper } from '../bytes';
import { length, readString, text } from '../json/reader';
import { Code, fail } from './failure';
import { arena } from './reading';

/** Strings of a configuration, each with what it may be. What was read stands in `text` and `length` of the reader. */

export const MAX_NAME: i32 = 253;
export const MAX_VALUE: i32 = 4096;
const MAX_TOKEN: i32 = 256;

/** The header name that was read last, in lower case. */
export let folded: usize = 0;

/** Reads any text of so many bytes. */
export function readSized(min: i32, max: i32): bool {
  if (!readString()) return false;
  if (length < min) return refuse('must not be empty');
  if (length <= max) return true;
  return refuse(max == MAX_VALUE ? 'must not be longer than 4096 bytes' : 'must not be longer than 253 bytes');
}

/** Reads a name for people: not empty, without control characters. */
export function readName(): bool {
  if (!readSized(1, MAX_NAME)) return false;
  return !hasControl() || refuse('must not have control characters');
}

/** Reads the name of a lane, which becomes part of a metric's. */
export function readLaneName(): bool {
  if (!readSized(1, MAX_NAME)) return false;
  for (let i = 0; i < length; i += 1) {
    const byte = load<u8>(text + i);
    if (!isAlphanumeric(byte) && byte != 0x2e && byte != 0x5f && byte != 0x2d && byte != 0x2f) {
      return refuse('may have letters, digits, dots, dashes, underscores and slashes only');
    }
  }
  return true;
}

/** Reads what a header may be set to. */
export function readFieldValue(): bool {
  if (!readSized(0, MAX_VALUE)) return false;
  return !hasControl() || refuse('must not have control characters');
}

/** Reads the name of a header, into `folded` in lower case. */
export function readHeaderName(): bool {
  if (!readString()) return false;
  if (!isToken(text, length)) return refuse('must be a token of 1 to 256 bytes: letters, digits and some punctuation');
  folded = lowerText(text, length);
  return !isLiteral(folded, length, 'host') || refuse('the header host cannot be changed');
}

/** The text in lower case; a failure when there is no memory for it. */
export function lowerText(given: usize, size: i32): usize {
  if (!hasUpper(given, size)) return given;
  const lowered = takeTable(arena, size);
  if (lowered == 0) return given;
  copyLower(lowered, given, size);
  return lowered;
}

/** True for a token (RFC 9110, section 5.6.2) of at most 256 bytes. */
export function isToken(name: usize, size: i32): bool {
  if (size == 0 || size > MAX_TOKEN) return false;
  for (let i = 0; i < size; i += 1) if (!isTokenByte(load<u8>(name + i))) return false;
  return true;
}

/** Fails with InvalidValue; always false. */
export function refuse(message: Ascii): bool {
  fail(Code.InvalidValue, message);
  return false;
}

/** True when what was read has a control character other than the tab. */
function hasControl(): bool {
  for (let i = 0; i < length; i += 1) {
    const byte = load<u8>(text + i);
    if ((byte < 0x20 && byte != 0x09) || byte == 0x7f) return true;
  }
  return false;
}

function isAlphanumeric(byte: u8): bool {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
}

/** What of `!#$%&'*+-.` and `^_`|~` is in a token. */
function isTokenByte(byte: u8): bool {
  if (isAlphanumeric(byte)) return true;
  if (byte == 0x21 || (byte >= 0x23 && byte <= 0x27) || byte == 0x2a || byte == 0x2b) return true;
  return byte == 0x2d || byte == 0x2e || (byte >= 0x5e && byte <= 0x60) || byte == 0x7c || byte == 0x7e;
}
