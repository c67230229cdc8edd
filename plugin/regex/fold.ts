import { List } from './list';
import { addRange } from './ranges';

/** Upper and lower case as `(?i)` sees them: ASCII, and the two letters beyond it that fold to ASCII. */

const LONG_S: i32 = 0x17f;
const KELVIN: i32 = 0x212a;
const CASE_DISTANCE: i32 = 0x20;

/**
 * True when these code points can be folded: beyond ASCII that is only where no script with upper and lower case is
 * (Chinese, Japanese, Korean and most of their neighbours, emoji), since the plugin has no table of the others.
 */
export function canFold(low: i32, high: i32): bool {
  const from = max(low, 0x80);
  if (high < from) return true;
  return (
    (from >= 0x2e80 && high <= 0xa63f) ||
    (from >= 0xabc0 && high <= 0xfaff) ||
    from >= 0x1f000 ||
    (low == high && (low == LONG_S || low == KELVIN))
  );
}

/** Adds a range that can be folded, and every other spelling of its letters. */
export function addFolded(set: List, low: i32, high: i32): void {
  addRange(set, low, high);
  addShifted(set, max(low, 0x41), min(high, 0x5a), CASE_DISTANCE);
  addShifted(set, max(low, 0x61), min(high, 0x7a), -CASE_DISTANCE);
  addKin(set, low, high, 0x53, LONG_S);
  addKin(set, low, high, 0x4b, KELVIN);
}

function addShifted(set: List, low: i32, high: i32, distance: i32): void {
  if (low <= high) addRange(set, low + distance, high + distance);
}

function addKin(set: List, low: i32, high: i32, upper: i32, kin: i32): void {
  const lower = upper + CASE_DISTANCE;
  if (!isIn(upper, low, high) && !isIn(lower, low, high) && !isIn(kin, low, high)) return;
  addRange(set, upper, upper);
  addRange(set, lower, lower);
  addRange(set, kin, kin);
}

function isIn(point: i32, low: i32, high: i32): bool {
  return low <= point && point <= high;
}
