import { Arena, takeTable } from './arena';
import { sameBytes } from './bytes';
import { murmur } from './murmur';

/** A hash table from texts to words, with open addressing; its capacity is a power of two and fixed. Texts are not copied. */
@unmanaged
export class TextTable {
  slots: usize;
  /** Capacity less one. */
  mask: u32;
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
  return load<usize>(slotOf(table, text, length, murmur(text, length, 0)), 12);
}

/** Puts a value, which must not be 0, under a text. There must be room. */
export function putText(table: TextTable, text: usize, length: i32, value: usize): void {
  const hash = murmur(text, length, 0);
  const slot = slotOf(table, text, length, hash);
  store<u32>(slot, hash);
  store<usize>(slot, text, 4);
  store<i32>(slot, length, 8);
  store<usize>(slot, value, 12);
}

/** The slot that has the text, else the empty one that it would get. */
function slotOf(table: TextTable, text: usize, length: i32, hash: u32): usize {
  let place = hash & table.mask;
  for (;;) {
    const slot = table.slots + <usize>place * SLOT;
    if (load<usize>(slot, 12) == 0) return slot;
    if (
      load<u32>(slot) == hash &&
      load<i32>(slot, 8) == length &&
      sameBytes(load<usize>(slot, 4), text, length)
    ) {
      return slot;
    }
    place = (place + 1) & table.mask;
  }
}
