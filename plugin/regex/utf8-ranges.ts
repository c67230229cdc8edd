import { putCodePoint } from '../json/utf8';
import { addState, StateKind } from './nfa';

/** Ranges of code points as ranges of bytes. */

const LOW: usize = memory.data(8, 8);
const HIGH: usize = memory.data(8, 8);
/** By how many bytes are still to come: a state that takes any continuation bytes and then goes on; 0 for none yet. */
const TAILS: usize = memory.data(16, 8);

/** Everything that is added goes on with this state. */
export function beginUtf8(next: i32): void {
  store<i32>(TAILS, next);
  memory.fill(TAILS + 4, 0, 12);
}

/** Adds a range as another way to go; returns a state from which it and `entry`, unless that is negative, can be reached. */
export function addUtf8(low: u32, high: u32, entry: i32): i32 {
  entry = addPart(low, min(high, 0x7f), entry);
  entry = addPart(max(low, 0x80), min(high, 0x7ff), entry);
  entry = addPart(max(low, 0x800), min(high, 0xd7ff), entry);
  // Halves of surrogate pairs are no characters.
  entry = addPart(max(low, 0xe000), min(high, 0xffff), entry);
  return addPart(max(low, 0x10000), high, entry);
}

/** The same for code points that have the same number of bytes. */
function addPart(low: u32, high: u32, entry: i32): i32 {
  if (low > high) return entry;
  for (let bits: u32 = 6; bits < 24; bits += 6) {
    const mask: u32 = (1 << bits) - 1;
    if ((low & ~mask) == (high & ~mask)) break;
    if ((low & mask) != 0) return addPart((low | mask) + 1, high, addPart(low, low | mask, entry));
    if ((high & mask) != mask) return addPart(high & ~mask, high, addPart(low, (high & ~mask) - 1, entry));
  }
  return addBytes(low, high, entry);
}

/** The same where each byte has a range of its own. */
function addBytes(low: u32, high: u32, entry: i32): i32 {
  const size = putCodePoint(LOW, low);
  putCodePoint(HIGH, high);
  let state = load<i32>(TAILS);
  let isTail = true;
  for (let i = size - 1; i >= 0; i -= 1) {
    const first = load<u8>(LOW + i);
    const last = load<u8>(HIGH + i);
    isTail = isTail && i > 0 && first == 0x80 && last == 0xbf;
    state = isTail ? tail(size - i, state) : addState(StateKind.Bytes, first, last, state, 0);
  }
  return entry < 0 ? state : addState(StateKind.Split, 0, 0, state, entry);
}

/** The state that takes that many continuation bytes, made once. */
function tail(bytes: i32, next: i32): i32 {
  const known = TAILS + (<usize>bytes << 2);
  if (load<i32>(known) == 0) store<i32>(known, addState(StateKind.Bytes, 0x80, 0xbf, next, 0));
  return load<i32>(known);
}

function min(a: u32, b: u32): u32 {
  return a < b ? a : b;
}

function max(a: u32, b: u32): u32 {
  return a > b ? a : b;
}
