import { goOn, piece } from './workspace';

/** Sets of code points: ranges in order, which neither touch nor overlap. */
@unmanaged
export class Range {
  next: Range | null;
  low: u32;
  high: u32;
}

export const LAST: u32 = 0x10ffff;

/** The set with these code points as well. */
export function withRange(set: Range | null, low: u32, high: u32): Range | null {
  let before: Range | null = null;
  let at = set;
  while (at !== null && at.high + 1 < low && goOn(1)) {
    before = at;
    at = at.next;
  }
  while (at !== null && at.low <= high + 1) {
    if (at.low < low) low = at.low;
    if (at.high > high) high = at.high;
    at = at.next;
  }
  const range = newRange(low, high);
  range.next = at;
  if (before === null) return range;
  before.next = range;
  return set;
}

/** The set with all of another as well. */
export function withAll(set: Range | null, other: Range | null): Range | null {
  let range = other;
  while (range !== null) {
    set = withRange(set, range.low, range.high);
    range = range.next;
  }
  return set;
}

/** All code points that are not in the set. */
export function complement(set: Range | null): Range | null {
  let made: Range | null = null;
  let low: u32 = 0;
  let range = set;
  while (range !== null) {
    if (range.low > low) made = withRange(made, low, range.low - 1);
    low = range.high + 1;
    range = range.next;
  }
  return low <= LAST ? withRange(made, low, LAST) : made;
}

/** The set with letters of the other case: those of ASCII, and the two that Unicode folds to some of these. */
export function folded(set: Range | null): Range | null {
  let made: Range | null = null;
  let range = set;
  while (range !== null) {
    made = withRange(made, range.low, range.high);
    made = withShifted(made, range, 0x41, 0x20);
    made = withShifted(made, range, 0x61, -0x20);
    range = range.next;
  }
  made = withTwin(made, 0x4b, 0x6b, 0x212a);
  return withTwin(made, 0x53, 0x73, 0x17f);
}

/** True when the set has a letter whose other case is not known here. */
export function hasUnknownCase(set: Range | null): bool {
  let range = set;
  while (range !== null) {
    if (range.high >= 0x80 && !isCaseless(range.low, range.high)) return true;
    range = range.next;
  }
  return false;
}

/** Chinese, Japanese and Korean have no case. */
function isCaseless(low: u32, high: u32): bool {
  if (low == high && (low == 0x212a || low == 0x17f)) return true;
  return (low >= 0x2e80 && high <= 0xa4cf) || (low >= 0xac00 && high <= 0xd7a3);
}

/** Adds what of the 26 letters from `first` on is in the range, moved by the shift. */
function withShifted(set: Range | null, range: Range, first: u32, shift: i32): Range | null {
  const low = range.low > first ? range.low : first;
  const high = range.high < first + 25 ? range.high : first + 25;
  return low <= high ? withRange(set, low + shift, high + shift) : set;
}

/** Adds all three when one of them is there. */
function withTwin(set: Range | null, upper: u32, lower: u32, twin: u32): Range | null {
  if (!has(set, upper) && !has(set, lower) && !has(set, twin)) return set;
  return withRange(withRange(withRange(set, upper, upper), lower, lower), twin, twin);
}

function has(set: Range | null, point: u32): bool {
  let range = set;
  while (range !== null) {
    if (range.low <= point && point <= range.high) return true;
    range = range.next;
  }
  return false;
}

function newRange(low: u32, high: u32): Range {
  const range = changetype<Range>(piece(offsetof<Range>()));
  range.low = low;
  range.high = high;
  return range;
}
