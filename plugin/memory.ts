/**
 * The heap, bounded and counted: the runtime's allocator ends the VM when memory runs out, so it is never asked for more than
 * is sure to be had. Blocks begin with their size.
 */

/** Of the 1 GiB that Envoy gives a VM; the allocator may need twice what is in use, for growth and fragments. */
const LIMIT: usize = 320 << 20;
const HEADER: usize = 16;

let inUse: usize = 0;

/** A block of that many bytes, aligned to 16; 0 when there is no room. */
export function allocate(size: usize): usize {
  if (size > LIMIT || inUse + size > LIMIT) return 0;
  const block = heap.alloc(size + HEADER);
  store<usize>(block, size);
  inUse += size;
  return block + HEADER;
}

/** Gives a block back; 0 is ignored. */
export function release(block: usize): void {
  if (block == 0) return;
  inUse -= load<usize>(block - HEADER);
  heap.free(block - HEADER);
}

/** True when all these bytes are in the VM's memory, whatever the host said. */
export function isInside(start: usize, length: i32): bool {
  return length >= 0 && <u64>start + <u64>length <= (<u64>memory.size()) << 16;
}
