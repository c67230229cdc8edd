import { Ascii, lengthOf } from '../ascii';
import { findId, foundId, foundIdLength } from './rule-id';
import { keyOf, keyLengthOf, depth, indexOf } from '../json/pointer';
import { hasRoom, put, putAscii, putEscaped, putNumber, rewind, writtenLength, WRITTEN } from './verdict';

/** The first thing that is wrong with a configuration ends the reading of it. */

export const enum Code {
  InvalidUtf8,
  InvalidJson,
  TooLarge,
  InvalidType,
  UnknownKey,
  DuplicateKey,
  MissingKey,
  InvalidValue,
  TooMany,
  DuplicateId,
  UnknownSet,
  InvalidRegex,
  RegexTooLarge,
  UnboundMatchRule,
  OutOfMemory,
}

/** True as soon as something is wrong. */
export let hasFailed: bool = false;

/** Where the rule begins that is being read; 0 outside of rules. */
let rule: usize = 0;
/** It ends there at the latest. */
let ruleEnd: usize = 0;
/** A last step of the pointer, behind those of the reader. */
let member: Ascii = '';

/** Starts anew. */
export function forgetFailure(): void {
  hasFailed = false;
  rule = 0;
  rewind();
}

/** A rule begins at that place of the configuration, and ends before the other. */
export function enterRule(start: usize, end: usize): void {
  rule = start;
  ruleEnd = end;
}

/** The rule is over. */
export function leaveRule(): void {
  rule = 0;
}

/** Says what is wrong at the place where the reader is. Only the first time counts. */
export function fail(code: Code, message: Ascii): void {
  if (!open(code)) return;
  putAscii(message);
  close();
}

/** Says what is wrong with a member of the object where the reader is. */
export function failMember(code: Code, key: Ascii, message: Ascii): void {
  member = key;
  fail(code, message);
  member = '';
}

/** The same, with a place in the text, in bytes. */
export function failAt(code: Code, message: Ascii, place: i32): void {
  if (!open(code)) return;
  putAscii(message);
  putAscii(', at byte ');
  putNumber(place);
  close();
}

/** The same for a member, with a place in its text, in bytes. */
export function failMemberAt(code: Code, key: Ascii, message: Ascii, place: i32): void {
  member = key;
  failAt(code, message, place);
  member = '';
}

/** Address of the verdict as JSON; its length is 0 when nothing is wrong. */
export function verdict(): usize {
  return WRITTEN;
}

export function verdictLength(): i32 {
  return hasFailed ? writtenLength() : 0;
}

function open(code: Code): bool {
  if (hasFailed) return false;
  hasFailed = true;
  rewind();
  putAscii('{"code":"');
  putAscii(nameOf(code));
  putAscii('","pointer":"');
  for (let level = 0; level < depth(); level += 1) putStep(level);
  if (lengthOf(member) > 0) put(0x2f);
  putAscii(member);
  putAscii('","rule":"');
  if (rule != 0 && findId(rule, ruleEnd)) putEscaped(foundId, foundIdLength);
  putAscii('","message":"');
  return true;
}

function close(): void {
  putAscii('"}');
}

/** A step of the JSON pointer (RFC 6901). */
function putStep(level: i32): void {
  const key = keyOf(level);
  if (key == 0) {
    if (indexOf(level) < 0) return;
    put(0x2f);
    putNumber(indexOf(level));
    return;
  }
  put(0x2f);
  for (let i = 0; i < keyLengthOf(level) && hasRoom(); i += 1) {
    const byte = load<u8>(key + i);
    if (byte == 0x7e) putAscii('~0');
    else if (byte == 0x2f) putAscii('~1');
    else putEscaped(key + i, 1);
  }
}

function nameOf(code: Code): Ascii {
  switch (code) {
    case Code.InvalidUtf8:
      return 'InvalidUtf8';
    case Code.InvalidJson:
      return 'InvalidJson';
    case Code.TooLarge:
      return 'TooLarge';
    case Code.InvalidType:
      return 'InvalidType';
    case Code.UnknownKey:
      return 'UnknownKey';
    case Code.DuplicateKey:
      return 'DuplicateKey';
    case Code.MissingKey:
      return 'MissingKey';
    case Code.InvalidValue:
      return 'InvalidValue';
    case Code.TooMany:
      return 'TooMany';
    case Code.DuplicateId:
      return 'DuplicateId';
    case Code.UnknownSet:
      return 'UnknownSet';
    case Code.InvalidRegex:
      return 'InvalidRegex';
    case Code.RegexTooLarge:
      return 'RegexTooLarge';
    case Code.UnboundMatchRule:
      return 'UnboundMatchRule';
    default:
      return 'OutOfMemory';
  }
}
