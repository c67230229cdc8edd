import { readText, sizeOf, writeText } from './text.ts';

/** The memory of a VM. Whatever a module says about where something is gets checked here. */
export class Memory {
  readonly #memory: WebAssembly.Memory;
  readonly #allocate: (size: number) => number;
  #bytes: Buffer;

  /** @param allocate asks the module for room; 0 when it gives none */
  constructor(memory: WebAssembly.Memory, allocate: (size: number) => number) {
    this.#memory = memory;
    this.#allocate = allocate;
    this.#bytes = Buffer.from(memory.buffer);
  }

  /** Bytes. */
  get size(): number {
    return this.#memory.buffer.byteLength;
  }

  /** The bytes as they are now, until the memory grows. */
  view(): Buffer {
    // A memory that grew has left an empty buffer behind.
    if (this.#bytes.length === 0) this.#bytes = Buffer.from(this.#memory.buffer);
    return this.#bytes;
  }

  /** The text there, or undefined when a part of it is outside. */
  text(pointer: number, size: number): string | undefined {
    const bytes = this.view();
    const start = pointer >>> 0;
    const end = start + (size >>> 0);
    return end <= bytes.length ? readText(bytes, start, end) : undefined;
  }

  /** A copy of the bytes there, or undefined when a part of them is outside. */
  bytes(pointer: number, size: number): Uint8Array | undefined {
    const start = pointer >>> 0;
    const end = start + (size >>> 0);
    return end <= this.view().length ? Uint8Array.from(this.view().subarray(start, end)) : undefined;
  }

  /** Writes 32 bits; false when that is outside. */
  setWord(pointer: number, value: number): boolean {
    const bytes = this.view();
    const at = pointer >>> 0;
    if (at + 4 > bytes.length) return false;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
    return true;
  }

  /** Writes 64 bits; false when that is outside. */
  setLong(pointer: number, value: bigint): boolean {
    const low = Number(BigInt.asUintN(32, value));
    const high = Number(BigInt.asUintN(32, value >> 32n));
    return this.setWord(pointer + 4, high) && this.setWord(pointer, low);
  }

  /** Hands over a text in memory that the module allocates; nothing is allocated for an empty one. */
  deliverText(text: string, pointerTo: number, sizeTo: number): boolean {
    const size = sizeOf(text);
    const pointer = this.#room(size);
    if (pointer === undefined) return false;
    writeText(text, this.view(), pointer);
    return this.setWord(pointerTo, pointer) && this.setWord(sizeTo, size);
  }

  /** Hands over bytes in the same way. */
  deliver(bytes: Uint8Array, pointerTo: number, sizeTo: number): boolean {
    const pointer = this.#room(bytes.length);
    if (pointer === undefined) return false;
    this.view().set(bytes, pointer);
    return this.setWord(pointerTo, pointer) && this.setWord(sizeTo, bytes.length);
  }

  #room(size: number): number | undefined {
    if (size === 0) return 0;
    const pointer = this.#allocate(size) >>> 0;
    return pointer !== 0 && pointer + size <= this.view().length ? pointer : undefined;
  }
}
