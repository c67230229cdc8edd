import { isLiteral } from '../ascii';
import { sameBytes } from '../bytes';

/**
 * All headers of the request as the host hands them over: their number, the two lengths of each, then each name and value
 * with a NUL behind it.
 */

let first: usize = 0;
let count: i32 = 0;

/** Where the walk is. */
let index: i32 = 0;
let next: usize = 0;
export let pairName: usize = 0;
export let pairValue: usize = 0;
export let pairValueLength: i32 = 0;

/** Takes the headers of this request. False, and none are there, when they are malformed. */
export function takePairs(pairs: usize, length: i32): bool {
  forgetPairs();
  if (length < 4) return false;
  const claimed = load<i32>(pairs);
  if (claimed < 0 || claimed > (length - 4) / 8) return false;
  let end: u64 = 4 + <u64>claimed * 8;
  for (let i = 0; i < claimed; i += 1) {
    const sizes = pairs + 4 + (<usize>i << 3);
    end += <u64>load<u32>(sizes) + <u64>load<u32>(sizes, 4) + 2;
  }
  if (end > <u64>length) return false;
  first = pairs;
  count = claimed;
  return true;
}

/** There are no headers any more. */
export function forgetPairs(): void {
  first = 0;
  count = 0;
}

/** True when the headers of this request are here. */
export function havePairs(): bool {
  return first != 0;
}

/** Begins a walk over all headers. */
export function rewindPairs(): void {
  index = 0;
  next = first + 4 + (<usize>count << 3);
}

/** Goes to the next header whose name has that length; false at the end. */
export function nextPairOf(length: i32): bool {
  let i = index;
  let at = next;
  while (i < count) {
    const sizes = first + 4 + (<usize>i << 3);
    const nameLength = load<i32>(sizes);
    const valueLength = load<i32>(sizes, 4);
    const behind = at + nameLength + valueLength + 2;
    i += 1;
    if (nameLength == length) {
      index = i;
      next = behind;
      pairName = at;
      pairValue = at + nameLength + 1;
      pairValueLength = valueLength;
      return true;
    }
    at = behind;
  }
  index = i;
  return false;
}

/** Goes to the first header of that name; false when there is none. */
export function findPair(name: usize, length: i32): bool {
  rewindPairs();
  while (nextPairOf(length)) if (sameBytes(pairName, name, length)) return true;
  return false;
}

/** Goes to the next header `cookie`; false when there is none. */
export function nextCookiePair(): bool {
  while (nextPairOf(6)) if (isLiteral(pairName, 6, 'cookie')) return true;
  return false;
}
