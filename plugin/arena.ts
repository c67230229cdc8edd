import { Code, fail } from './config/failure';
import { allocate, release } from './memory';

/** Memory of one program: taken piece by piece while a configuration is read, given back as a whole. */
@unmanaged
export class Arena {
  /** The newest chunk; its first word leads to the one before. */
  chunk: usize;
  top: usize;
  end: usize;
  isExhausted: bool;
}

const CHUNK: usize = 16384;
const CHUNK_HEADER: usize = 16;
/** What is handed out in place of a small piece when there is no room: it may be written to, and means nothing. */
const SINK: usize = memory.data(256, 16);
const MAX_SMALL: usize = 256;

/** That many bytes, zeroed and aligned to 8; 0 when there is no room, which ends the reading of a configuration. */
export function takeTable(arena: Arena, size: usize): usize {
  const rounded = (size + 7) & ~7;
  if (arena.top + rounded > arena.end && !grow(arena, rounded)) return 0;
  const piece = arena.top;
  arena.top += rounded;
  memory.fill(piece, 0, rounded);
  return piece;
}

/**
 * At most 256 bytes, zeroed. When there is no room, bytes that are shared by all who ask in vain; `isExhausted` is set then, and
 * what is being built must be thrown away.
 */
export function takePiece(arena: Arena, size: usize): usize {
  const piece = size <= MAX_SMALL ? takeTable(arena, size) : 0;
  if (piece != 0) return piece;
  memory.fill(SINK, 0, MAX_SMALL);
  return SINK;
}

/** Gives all memory of the arena back. */
export function releaseArena(arena: Arena): void {
  let chunk = arena.chunk;
  while (chunk != 0) {
    const before = load<usize>(chunk);
    release(chunk);
    chunk = before;
  }
}

function grow(arena: Arena, size: usize): bool {
  const wanted = size + CHUNK_HEADER > CHUNK ? size + CHUNK_HEADER : CHUNK;
  const chunk = allocate(wanted);
  if (chunk == 0) {
    arena.isExhausted = true;
    fail(Code.OutOfMemory, 'no memory for a configuration of this size');
    return false;
  }
  store<usize>(chunk, arena.chunk);
  arena.chunk = chunk;
  arena.top = chunk + CHUNK_HEADER;
  arena.end = chunk + wanted;
  return true;
}
