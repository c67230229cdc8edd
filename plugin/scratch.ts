import { allocate, release } from './memory';

/**
 * Memory for what one request needs, given back all at once when the next one comes. It is static; only a request with
 * more than 64 KiB of headers takes from the heap.
 */

const SIZE: usize = 65536;
const START: usize = memory.data(65536, 16);
/** More than any gateway lets through in one request. */
const MAX_PIECE: usize = 16 << 20;

let top: usize = START;
/** Blocks from the heap; the first word of each leads to the next. */
let overflow: usize = 0;

/** That many bytes, aligned to 8; 0 when there is no room. */
export function takeScratch(size: usize): usize {
  if (size > MAX_PIECE) return 0;
  const rounded = (size + 7) & ~7;
  if (top + rounded <= START + SIZE) {
    const piece = top;
    top += rounded;
    return piece;
  }
  const block = allocate(size + 8);
  if (block == 0) return 0;
  store<usize>(block, overflow);
  overflow = block;
  return block + 8;
}

/** Forgets everything that was taken. */
export function resetScratch(): void {
  top = START;
  while (overflow != 0) {
    const next = load<usize>(overflow);
    release(overflow);
    overflow = next;
  }
}
