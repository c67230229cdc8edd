import { List } from './list';
import { addNode, BYTES, EMPTY, nodeAt, nodeCount, NONE } from './nodes';
import { highAt, lowAt, rangeCount } from './ranges';

/** Characters as the bytes of their UTF-8. */

const FIRST_SURROGATE: i32 = 0xd800;
const LAST_SURROGATE: i32 = 0xdfff;

/** Number of bytes of a code point. */
export function sizeOf(point: i32): i32 {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

/** One byte of a code point of that size; 0 is the first. */
export function byteOf(point: i32, size: i32, index: i32): i32 {
  const bits = point >> (6 * (size - 1 - index));
  if (index > 0) return 0x80 | (bits & 0x3f);
  return size == 1 ? bits : ((0xf00 >> size) & 0xff) | bits;
}

/** True for halves of pairs, which are no characters: no valid UTF-8 has them. */
export function isSurrogate(point: i32): bool {
  return point >= FIRST_SURROGATE && point <= LAST_SURROGATE;
}

/** Adds nodes from `join`'s front: they take one character of the set and end in `join`. Their entry; never to be passed when the set is empty. */
export function addCharacters(set: List, join: i32): i32 {
  let entry = NONE;
  for (let i = 0; i < rangeCount(set); i += 1) {
    const low = lowAt(set, i);
    const high = highAt(set, i);
    entry = addRangeWithin(low, min(high, FIRST_SURROGATE - 1), entry, join);
    entry = addRangeWithin(max(low, LAST_SURROGATE + 1), high, entry, join);
  }
  return entry == NONE ? addNode(EMPTY, 0, 0, NONE, NONE) : entry;
}

function addRangeWithin(low: i32, high: i32, entry: i32, join: i32): i32 {
  while (low <= high) {
    const last = lastOfPiece(low, high);
    entry = addPiece(low, last, entry, join);
    low = last + 1;
  }
  return entry;
}

/** The longest piece of a range, from its beginning, that is one sequence of byte ranges: its last code point. */
function lastOfPiece(low: i32, high: i32): i32 {
  const size = sizeOf(low);
  if (size == 1) return min(high, 0x7f);
  high = min(high, size == 2 ? 0x7ff : size == 3 ? 0xffff : 0x10ffff);
  for (let i = 1; i < size; i += 1) {
    const mask = (1 << (6 * i)) - 1;
    if ((low & ~mask) == (high & ~mask)) return high;
    if ((low & mask) != 0) return low | mask;
    if ((high & mask) != mask) high = (high & ~mask) - 1;
  }
  return high;
}

function addPiece(low: i32, high: i32, entry: i32, join: i32): i32 {
  const size = sizeOf(low);
  let next = join;
  for (let i = size - 1; i > 0; i -= 1) next = sharedNode(byteOf(low, size, i), byteOf(high, size, i), next, join);
  return addNode(BYTES, byteOf(low, size, 0), byteOf(high, size, 0), next, entry);
}

/** Numbers of nodes by a hash of what they take and where they lead. An old number does no harm: the node itself is compared. */
const SHARED: usize = memory.data(512);
const SHARED_MASK: u32 = 255;

/** A node for a continuation byte: an equal one that was added after `join`, else a new one. */
function sharedNode(low: i32, high: i32, out: i32, join: i32): i32 {
  const slot = SHARED + <usize>((((<u32>low * 64 + <u32>high) * 31 + <u32>out) * 0x9e3779b1 >> 16) & SHARED_MASK) * 2;
  const known: i32 = load<u16>(slot);
  if (known > join && known < nodeCount()) {
    const node = nodeAt(known);
    const isSame = node.kind == BYTES && node.low == <u8>low && node.high == <u8>high;
    if (isSame && node.out == <u16>out && node.other == NONE) return known;
  }
  const id = addNode(BYTES, low, high, out, NONE);
  store<u16>(slot, <u16>id);
  return id;
}
