import { readEscape } from './escape';
import { code, INVALID, refuse } from './failure';
import { group, readPerlGroup, readPosixGroup } from './groups';
import { isDone, peek, position, readPoint, seek, skip } from './pattern';
import { goOn } from './workspace';
import { complement, folded, hasUnknownCase, Range, withAll, withRange } from './ranges';

/** Reads a class behind its opening bracket. */
export function readClass(isFolding: bool): Range | null {
  const start = position() - 1;
  const isNegated = skip(0x5e);
  let points: Range | null = null;
  let groups: Range | null = null;
  let isFirst = true;
  while (code == 0 && (isFirst || peek() != 0x5d)) {
    isFirst = false;
    if (isDone()) {
      refuse(INVALID, start, 'a bracket that is not closed');
    } else if (isGroup(isFolding)) {
      groups = withAll(groups, group);
    } else {
      points = readRange(points);
    }
  }
  skip(0x5d);
  if (isFolding) points = foldedOrRefused(points, start);
  const set = withAll(points, groups);
  return isNegated ? complement(set) : set;
}

/** The set with both cases, if all of its letters have one that is known. */
export function foldedOrRefused(set: Range | null, at: i32): Range | null {
  if (hasUnknownCase(set)) refuse(INVALID, at, 'without case, letters beyond ASCII are not supported: list both cases');
  return folded(set);
}

/** True when a group comes next, which is read then. */
function isGroup(isFolding: bool): bool {
  if (peek() == 0x5b && peek(1) == 0x3a) {
    if (readPosixGroup(isFolding)) return true;
    if (closesLater()) refuse(INVALID, position(), 'a character class that RE2 does not have');
    return false;
  }
  if (peek() != 0x5c) return false;
  skip(0x5c);
  if (readPerlGroup(isFolding)) return true;
  seek(position() - 1);
  return false;
}

/** True when `:]` follows, so that a named group was meant. */
function closesLater(): bool {
  for (let i = 2; peek(i) != 0 && goOn(1); i += 1) if (peek(i) == 0x3a && peek(i + 1) == 0x5d) return true;
  return false;
}

function readRange(set: Range | null): Range | null {
  const at = position();
  const low = readMember();
  if (peek() != 0x2d || peek(1) == 0x5d || peek(1) == 0) return withRange(set, low, low);
  skip(0x2d);
  const high = readMember();
  if (high < low) refuse(INVALID, at, 'a range that runs backwards');
  return code == 0 ? withRange(set, low, high) : set;
}

function readMember(): u32 {
  return skip(0x5c) ? readEscape() : readPoint();
}
