import { Arena, takeTable } from './arena';
import { sameBytes } from './bytes';
import { murmur } from './murmur';

/** A hash table from texts to words, with open addressing; its capacity is a power of two. Texts are not copied. */
@unmanaged
export class TextTable {
  slots: usize;
  /** Capacity less one. */
  mask: u32;
  count: i32;
}

/** hash, text, its length, value; an empty slot has no value. */
const SLOT: usize = 16;

/** Makes room for that many texts. False when there is none. */
export function openTable(table: TextTable, arena: Arena, count: i32): bool {
  let capacity: u32 = 4;
  while (<u64>capacity * 2 < <u64>count * 3) capacity <<= 1;
  table.slots = takeTable(arena, <usize>capacity * SLOT);
  table.mask = capacity - 1;
  return table.slots != 0;
}

/** The value under the text, or 0. */
export function findText(table: TextTable, text: usize, length: i32): usize {
  if (table.slots == 0) return 0;
  return load<usize>(slotOf(table, text, length, murmur(text, length, 0)), 12);
}

/** Puts a value, which must not be 0, under a text. There must be room. */
export function putText(table: TextTable, text: usize, length: i32, value: usize): void {
  const hash = murmur(text, length, 0);
  const slot = slotOf(table, text, length, hash);
  if (load<usize>(slot, 12) == 0) table.count += 1;
  store<u32>(slot, hash);
  store<usize>(slot, text, 4);
  store<i32>(slot, length, 8);
  store<usize>(slot, value, 12);
}

/** The same for a table that grows; the memory that it had before is lost until the arena goes. False when there is no room. */
export function addText(table: TextTable, arena: Arena, text: usize, length: i32, value: usize): bool {
  if (table.slots == 0 || <u64>(table.mask + 1) * 2 < <u64>(table.count + 1) * 3) {
    if (!enlarge(table, arena)) return false;
  }
  putText(table, text, length, value);
  return true;
}

function enlarge(table: TextTable, arena: Arena): bool {
  const slots = table.slots;
  const size: usize = slots == 0 ? 0 : (<usize>table.mask + 1) * SLOT;
  if (!openTable(table, arena, table.count * 3 + 4)) return false;
  table.count = 0;
  for (let slot = slots; slot < slots + size; slot += SLOT) {
    const value = load<usize>(slot, 12);
    if (value != 0) putText(table, load<usize>(slot, 4), load<i32>(slot, 8), value);
  }
  return true;
}

/** The slot that has the text, else the empty one that it would get. */
function slotOf(table: TextTable, text: usize, length: i32, hash: u32): usize {
  let place = hash & table.mask;
  let slot = table.slots + <usize>place * SLOT;
  while (load<usize>(slot, 12) != 0 && !hasText(slot, text, length, hash)) {
    place = (place + 1) & table.mask;
    slot = table.slots + <usize>place * SLOT;
  }
  return slot;
}

function hasText(slot: usize, text: usize, length: i32, hash: u32): bool {
  if (load<u32>(slot) != hash || load<i32>(slot, 8) != length) return false;
  return sameBytes(load<usize>(slot, 4), text, length);
}
