/** Where in the configuration the reader is: a key or an index for each level that it has entered. */

const LEVEL: usize = 16;
/** For 24 levels. A reader enters only what the schema has, which is `_rules_[].rules[].scope[].paths[].value` at its deepest. */
const LEVELS: usize = memory.data(384, 8);
let levels: i32 = 0;

/** How many levels have been entered. */
export function depth(): i32 {
  return levels;
}

/** Forgets all levels. */
export function resetPointer(): void {
  levels = 0;
}

/** Enters an object or array. */
export function enterLevel(): void {
  const level = LEVELS + <usize>levels * LEVEL;
  store<usize>(level, 0);
  store<i32>(level, 0, 4);
  store<i32>(level, -1, 8);
  store<i32>(level, 0, 12);
  levels += 1;
}

export function leaveLevel(): void {
  levels -= 1;
}

/** The innermost level is at that key now. */
export function atKey(key: usize, length: i32): void {
  const level = LEVELS + <usize>(levels - 1) * LEVEL;
  store<usize>(level, key);
  store<i32>(level, length, 4);
}

/** The innermost level is at its next element now. */
export function atNextIndex(): void {
  const level = LEVELS + <usize>(levels - 1) * LEVEL;
  store<i32>(level, load<i32>(level, 8) + 1, 8);
}

/** The innermost level is at that element now. */
export function atIndex(index: i32): void {
  store<i32>(LEVELS + <usize>(levels - 1) * LEVEL, index, 8);
}

/** True the first time for each level. */
export function isFirst(): bool {
  const level = LEVELS + <usize>(levels - 1) * LEVEL;
  const first = load<i32>(level, 12) == 0;
  store<i32>(level, 1, 12);
  return first;
}

/** The key at a level; 0 where there is none. */
export function keyOf(level: i32): usize {
  return load<usize>(LEVELS + <usize>level * LEVEL);
}

export function keyLengthOf(level: i32): i32 {
  return load<i32>(LEVELS + <usize>level * LEVEL, 4);
}

/** The index at a level; negative where there is none. */
export function indexOf(level: i32): i32 {
  return load<i32>(LEVELS + <usize>level * LEVEL, 8);
}
