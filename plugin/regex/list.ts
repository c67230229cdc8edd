import { allocate, release } from '../memory';
import { fail, OUT_OF_MEMORY } from './failure';

/** Bytes that grow at their end. Lives in static memory; what it holds is on the heap until it is dropped. */
@unmanaged
export class List {
  at: usize;
  /** Bytes in use. */
  length: i32;
  /** Bytes there is room for. */
  capacity: i32;
}

const SMALLEST: i32 = 512;

/** Makes room for that many bytes more, at most a few million in all. False, and the failure noted, when there is no memory. */
export function reserve(list: List, bytes: i32): bool {
  const wanted = list.length + bytes;
  if (wanted <= list.capacity) return true;
  const capacity = max(max(wanted, list.capacity << 1), SMALLEST);
  const block = allocate(capacity);
  if (block == 0) return fail(OUT_OF_MEMORY, 0, 'there is no memory left for the pattern');
  memory.copy(block, list.at, list.length);
  release(list.at);
  list.at = block;
  list.capacity = capacity;
  return true;
}

/** Gives the memory back; the list is empty then. */
export function drop(list: List): void {
  release(list.at);
  list.at = 0;
  list.length = 0;
  list.capacity = 0;
}
