import { Ascii } from '../ascii';
import { takePiece } from '../arena';
import { enterArray, enterObject, isKey, length, nextItem, nextKey, readString, text } from '../json/reader';
import { Condition, HostPattern, Operator, ScopeEntry, Wildcard } from '../program';
import { PATH } from '../sources/well-known';
import { Code, fail, failMember, hasFailed } from './failure';
import { once, refuseKey } from './members';
import { fillSegments } from './operand';
import { compilePattern } from './pattern';
import { arena } from './reading';
import { lowerText, MAX_NAME, MAX_VALUE, readSized, refuse } from './text';

const MAX: i32 = 64;

/** Reads the scope of a rule: any entry of it must hold. */
export function readScope(): ScopeEntry | null {
  let first: ScopeEntry | null = null;
  let last: ScopeEntry | null = null;
  let count = 0;
  if (!enterArray()) return null;
  while (nextItem()) {
    count = counted(count, 'a scope may have 64 entries');
    const entry = readEntry();
    if (last === null) first = entry;
    else last.next = entry;
    last = entry;
  }
  notEmpty(count);
  return first;
}

function readEntry(): ScopeEntry {
  const entry = changetype<ScopeEntry>(takePiece(arena, offsetof<ScopeEntry>()));
  let seen: u32 = 0;
  if (!enterObject()) return entry;
  while (nextKey()) {
    if (isKey('hosts')) {
      seen = once(seen, 1);
      entry.hosts = readHosts();
    } else if (isKey('paths')) {
      seen = once(seen, 2);
      entry.paths = readPaths();
    } else {
      refuseKey();
    }
  }
  if (!hasFailed && seen == 0) fail(Code.MissingKey, 'an entry of a scope needs hosts, paths or both');
  return entry;
}

function readHosts(): HostPattern | null {
  let first: HostPattern | null = null;
  let last: HostPattern | null = null;
  let count = 0;
  if (!enterArray()) return null;
  while (nextItem()) {
    count = counted(count, 'an entry of a scope may have 64 hosts');
    const pattern = changetype<HostPattern>(takePiece(arena, offsetof<HostPattern>()));
    if (readSized(1, MAX_NAME)) fillHost(pattern);
    if (last === null) first = pattern;
    else last.next = pattern;
    last = pattern;
  }
  notEmpty(count);
  return first;
}

function fillHost(pattern: HostPattern): void {
  const stars = load<u8>(text) != 0x2a ? 0 : length > 1 && load<u8>(text, 1) == 0x2a ? 2 : 1;
  pattern.wildcard = stars == 0 ? Wildcard.None : stars == 1 ? Wildcard.OneLabel : Wildcard.AnyLabels;
  pattern.length = length - stars;
  pattern.text = lowerText(text + stars, pattern.length);
  if (pattern.length == 0) {
    refuse('leave hosts out for all hosts');
  } else if (stars > 0 && (load<u8>(pattern.text) != 0x2e || pattern.length == 1)) {
    refuse('behind a star come a dot and the rest of the name');
  } else if (!isHostName(pattern.text, pattern.length)) {
    refuse('must be a host name without a port; a star may stand for its first label only');
  }
}

/** No star, no blank, and no colon but in an IPv6 address with its brackets. */
function isHostName(name: usize, size: i32): bool {
  const isBracketed = load<u8>(name) == 0x5b && load<u8>(name + size - 1) == 0x5d;
  for (let i = 0; i < size; i += 1) {
    const byte = load<u8>(name + i);
    if (byte <= 0x20 || byte == 0x2a || byte == 0x2f || byte == 0x7f || (byte == 0x3a && !isBracketed)) return false;
  }
  return true;
}

function readPaths(): Condition | null {
  let first: Condition | null = null;
  let last: Condition | null = null;
  let count = 0;
  if (!enterArray()) return null;
  while (nextItem()) {
    count = counted(count, 'an entry of a scope may have 64 paths');
    const path = readPath();
    if (last === null) first = path;
    else last.next = path;
    last = path;
  }
  notEmpty(count);
  return first;
}

function readPath(): Condition {
  const condition = changetype<Condition>(takePiece(arena, offsetof<Condition>()));
  condition.source = PATH;
  let seen: u32 = 0;
  if (!enterObject()) return condition;
  while (nextKey()) {
    if (isKey('operator')) {
      seen = once(seen, 1);
      condition.operator = readOperator();
    } else if (isKey('value')) {
      seen = once(seen, 2);
      if (readSized(1, MAX_VALUE)) {
        condition.operand = text;
        condition.length = length;
      }
    } else {
      refuseKey();
    }
  }
  if (!hasFailed && (seen & 1) == 0) failMember(Code.MissingKey, 'operator', 'a path needs this key');
  if (!hasFailed && (seen & 2) == 0) failMember(Code.MissingKey, 'value', 'a path needs this key');
  if (!hasFailed) fillPath(condition);
  return condition;
}

function fillPath(path: Condition): void {
  if (path.operator == Operator.Regex) {
    path.operand = compilePattern(path.operand, path.length, 'value');
  } else if (path.operator == Operator.Segments) {
    fillSegments(path);
  } else if (load<u8>(path.operand) != 0x2f) {
    failMember(Code.InvalidValue, 'value', 'a path begins with a slash');
  }
}

function readOperator(): Operator {
  if (!readString()) return Operator.Exact;
  if (isKey('prefix')) return Operator.Segments;
  if (isKey('regex')) return Operator.Regex;
  if (!isKey('exact')) refuse('must be exact, prefix or regex');
  return Operator.Exact;
}

function counted(count: i32, message: Ascii): i32 {
  if (count == MAX) fail(Code.TooMany, message);
  return count + 1;
}

function notEmpty(count: i32): void {
  if (!hasFailed && count == 0) refuse('must not be empty');
}
