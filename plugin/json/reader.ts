import { Ascii, isLiteral, startsWithLiteral } from '../ascii';
import { Arena, takeTable } from '../arena';
import { Code, fail, failAt, hasFailed } from '../config/failure';
import { numberEnd, numberValue } from './number';
import { atKey, atNextIndex, enterLevel, isFirst, leaveLevel, resetPointer } from './pointer';
import { decodedLength, decodeString, hasEscape, stringEnd } from './string';

/**
 * Reads JSON (RFC 8259) piece by piece, told by its caller what must come next. Nothing is copied but strings with
 * escapes. After a failure every loop ends, and every value is empty.
 */

let start: usize = 0;
let at: usize = 0;
let end: usize = 0;
let arena: Arena = changetype<Arena>(0);

/** The key or string that was read last. */
export let text: usize = 0;
export let length: i32 = 0;

/** Begins to read a text that is valid UTF-8. */
export function openJson(json: usize, size: i32, memory: Arena): void {
  start = json;
  at = json;
  end = json + size;
  arena = memory;
  resetPointer();
}

/** Where it was when it went into a text. */
let outerStart: usize = 0;
let outerAt: usize = 0;
let outerEnd: usize = 0;

/** True when a string comes next. */
export function isString(): bool {
  return peek() == 0x22;
}

/** Reads a string that holds JSON itself, and goes into it: only once at a time. What is in it is told by its place there. */
export function enterText(): void {
  outerStart = start;
  outerEnd = end;
  readString();
  outerAt = at;
  if (hasFailed) return;
  start = text;
  at = text;
  end = text + length;
}

/** Goes on behind the string. */
export function leaveText(): void {
  expectEnd();
  start = outerStart;
  at = outerAt;
  end = outerEnd;
}

/** Where the text ends in which the reader is. */
export function textEnd(): usize {
  return end;
}

/** Where the next value begins. */
export function place(): usize {
  skipSpace();
  return at;
}

/** True when nothing but blanks is left. */
export function isAtEnd(): bool {
  skipSpace();
  return at == end;
}

/** Fails when something comes after the value. */
export function expectEnd(): void {
  if (!hasFailed && !isAtEnd()) malformed('text after the end of the configuration');
}

/** Enters an object; then `nextKey` goes from key to key. */
export function enterObject(): bool {
  return enter(0x7b, 'must be an object');
}

/** Enters an array; then `nextItem` goes from element to element. */
export function enterArray(): bool {
  return enter(0x5b, 'must be an array');
}

/** Reads the next key into `text`. False at the end of the object, which is left then. */
export function nextKey(): bool {
  if (!hasMore(0x7d)) return false;
  if (peek() != 0x22) {
    malformed('a key in double quotes is expected');
    return false;
  }
  if (!readQuoted()) return false;
  atKey(text, length);
  if (peek() != 0x3a) {
    malformed('a colon is expected after a key');
    return false;
  }
  at += 1;
  return true;
}

/** Goes to the next element. False at the end of the array, which is left then. */
export function nextItem(): bool {
  if (!hasMore(0x5d)) return false;
  atNextIndex();
  return true;
}

/** True when the key that was read last is this one. */
export function isKey(name: Ascii): bool {
  return isLiteral(text, length, name);
}

/** Reads a string into `text`. */
export function readString(): bool {
  if (hasFailed) return false;
  if (peek() == 0x22) return readQuoted();
  wrongType('must be a string');
  return false;
}

/** Reads a number; NaN after a failure. */
export function readNumber(): f64 {
  if (hasFailed) return NaN;
  const byte = peek();
  if (byte != 0x2d && (byte < 0x30 || byte > 0x39)) {
    wrongType('must be a number');
    return NaN;
  }
  const stop = numberEnd(at, end);
  if (stop == 0) {
    malformed('a malformed number');
    return NaN;
  }
  const value = numberValue(at, stop);
  at = stop;
  return value;
}

/** Reads `true` or `false`. */
export function readBool(): bool {
  if (hasFailed) return false;
  if (skipWord('true')) return true;
  if (!skipWord('false')) wrongType('must be true or false');
  return false;
}

/** How many elements the array that was just entered has at most: as many as it has strings, if those are all. */
export function countStrings(): i32 {
  let count = 0;
  for (let i = at; i < end; i += 1) {
    const byte = load<u8>(i);
    if (byte == 0x22) {
      i = stringEnd(i, end);
      if (i == 0) return count;
      count += 1;
    } else if (byte == 0x5d) {
      return count;
    }
  }
  return count;
}

function enter(open: u8, message: Ascii): bool {
  if (hasFailed) return false;
  if (peek() != open) {
    wrongType(message);
    return false;
  }
  at += 1;
  enterLevel();
  return true;
}

/** What stands between two members, or ends them. */
function hasMore(close: u8): bool {
  if (hasFailed) return false;
  const byte = peek();
  const first = isFirst();
  if (at < end && byte == close) {
    at += 1;
    leaveLevel();
    return false;
  }
  if (first) return true;
  if (byte != 0x2c) {
    malformed('a comma or the end is expected');
    return false;
  }
  at += 1;
  skipSpace();
  return true;
}

function readQuoted(): bool {
  const close = stringEnd(at, end);
  if (close == 0) {
    malformed('a string that does not end, or has a raw control character');
    return false;
  }
  const raw = at + 1;
  const rawLength = <i32>(close - raw);
  text = raw;
  length = hasEscape ? decodedLength(raw, rawLength) : rawLength;
  if (length < 0) {
    malformed('a malformed escape in a string');
    return false;
  }
  if (length != rawLength) {
    text = takeTable(arena, length);
    if (text == 0) return false;
    decodeString(text, raw, rawLength);
  }
  at = close + 1;
  return true;
}

/** A value of another type, if it is one at all. */
function wrongType(message: Ascii): void {
  const byte = peek();
  const isValue =
    byte == 0x22 || byte == 0x7b || byte == 0x5b || byte == 0x2d || (byte >= 0x30 && byte <= 0x39);
  if (isValue || wordLength('true') > 0 || wordLength('false') > 0 || wordLength('null') > 0) fail(Code.InvalidType, message);
  else malformed(at == end ? 'the text ends too early' : 'a value is expected');
}

/** Length of the word when it comes next, else -1. */
function wordLength(word: Ascii): i32 {
  return startsWithLiteral(at, <i32>(end - at), word);
}

function skipWord(word: Ascii): bool {
  skipSpace();
  const size = wordLength(word);
  if (size < 0) return false;
  at += size;
  return true;
}

function malformed(what: Ascii): void {
  failAt(Code.InvalidJson, what, <i32>(at - start));
}

/** The byte that comes next after blanks; 0 at the end. */
function peek(): u8 {
  skipSpace();
  return at < end ? load<u8>(at) : 0;
}

function skipSpace(): void {
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09) return;
    at += 1;
  }
}
