import { spend } from './budget';
import { List, reserve } from './list';

/** Sets of code points, as a list of ranges that are in order and do not touch. */

const RANGE: i32 = 8;
const MAX_CODE_POINT: i32 = 0x10ffff;

/** How many ranges. */
export function rangeCount(set: List): i32 {
  return set.length / RANGE;
}

/** First code point of a range. */
export function lowAt(set: List, index: i32): i32 {
  return load<i32>(set.at + <usize>(index * RANGE));
}

/** Last code point of a range. */
export function highAt(set: List, index: i32): i32 {
  return load<i32>(set.at + <usize>(index * RANGE), 4);
}

/** Adds the code points from `low` to `high`. */
export function addRange(set: List, low: i32, high: i32): void {
  const count = rangeCount(set);
  if (!spend(count + 1) || !reserve(set, RANGE)) return;
  let from = 0;
  while (from < count && highAt(set, from) + 1 < low) from += 1;
  let to = from;
  for (; to < count && lowAt(set, to) <= high + 1; to += 1) {
    low = min(low, lowAt(set, to));
    high = max(high, highAt(set, to));
  }
  const place = set.at + <usize>(from * RANGE);
  memory.copy(place + RANGE, set.at + <usize>(to * RANGE), <usize>((count - to) * RANGE));
  store<i32>(place, low);
  store<i32>(place, high, 4);
  set.length = (count + 1 - (to - from)) * RANGE;
}

/** Adds another set. */
export function addSet(set: List, other: List): void {
  for (let i = 0; i < rangeCount(other); i += 1) addRange(set, lowAt(other, i), highAt(other, i));
}

/** Adds all code points that the other set lacks. */
export function addComplement(set: List, other: List): void {
  let next = 0;
  for (let i = 0; i < rangeCount(other); i += 1) {
    if (lowAt(other, i) > next) addRange(set, next, lowAt(other, i) - 1);
    next = highAt(other, i) + 1;
  }
  if (next <= MAX_CODE_POINT) addRange(set, next, MAX_CODE_POINT);
}
