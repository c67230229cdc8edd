/** Frames of HTTP/2 (RFC 9113). */

export const HEAD = 9;
export const TYPE = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7 } as const;
export const FLAG = { ack: 1, endStream: 1, endHeaders: 4 } as const;

/** What a client sends first; its peer may not compress headers with a table. */
export const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(TYPE.settings, 0, Buffer.from([0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0])),
]);

/** On stream 0. */
export function frame(type: number, flags: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  return Buffer.concat([head, payload]);
}

/** Requests that are sent in one piece; only the ids of their streams change. */
export class Batch {
  readonly bytes: Buffer;
  readonly #places: readonly number[];

  constructor(blocks: readonly Uint8Array[]) {
    const frames = blocks.map((block) => frame(TYPE.headers, FLAG.endStream | FLAG.endHeaders, block));
    this.bytes = Buffer.concat(frames);
    let at = 0;
    this.#places = frames.map(({ length }) => {
      at += length;
      return at - length + 5;
    });
  }

  get size(): number {
    return this.#places.length;
  }

  /** Gives the requests ids from that one on; returns the next. */
  number(first: number): number {
    let id = first;
    for (const place of this.#places) {
      this.bytes.writeUInt32BE(id, place);
      id += 2;
    }
    return id;
  }
}
