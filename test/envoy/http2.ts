import { connect } from 'node:net';
import type { Answer, Header, Request } from './request.ts';

/**
 * HTTP/2 frame by frame, since a client library corrects or refuses what a malicious client sends. Header blocks are literals
 * without Huffman codes.
 */

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const TYPE = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, continuation: 9 } as const;
const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8 } as const;
const MAX_PAYLOAD = 16_384;
const PATIENCE_MS = 5000;

/** The fields of a request, the pseudo-headers first. */
export function fieldsOf({ method, authority, target, headers }: Request): readonly Header[] {
  const pseudo: readonly Header[] = [
    [':method', method],
    [':scheme', 'http'],
    [':authority', authority],
    [':path', target],
  ];
  return [...pseudo, ...headers.map(([name, value]): Header => [name.toLowerCase(), value])];
}

/** How a field is written into a header block: whether the gateway is to remember it for this connection. */
export type Literal = 'forgotten' | 'remembered';

/** A header block. */
export function block(fields: readonly Header[], literal: Literal = 'forgotten'): Buffer {
  const first = literal === 'remembered' ? 0x40 : 0x00;
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.of(first), text(name), text(value)]));
}

/** A field that the gateway remembers; 62 is the one that came last. */
export function remembered(index: number): Buffer {
  return Buffer.of(0x80 | index);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  return Buffer.concat([integer(bytes.length, 7), bytes]);
}

function integer(value: number, bits: number): Buffer {
  const limit = 2 ** bits - 1;
  if (value < limit) return Buffer.of(value);
  const bytes = [limit];
  let rest = value - limit;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.of(...bytes, rest);
}

/** HEADERS, with as many CONTINUATIONs as the block needs. */
export function headersFrames(stream: number, fragment: Buffer, isLast = true, size = MAX_PAYLOAD): readonly Buffer[] {
  const count = Math.max(1, Math.ceil(fragment.length / size));
  return Array.from({ length: count }, (_, index) => {
    const flags = (index === count - 1 ? FLAG.endHeaders : 0) | (index === 0 && isLast ? FLAG.endStream : 0);
    const part = fragment.subarray(index * size, (index + 1) * size);
    return frame(index === 0 ? TYPE.headers : TYPE.continuation, flags, stream, part);
  });
}

/** HEADERS that carry padding. */
export function paddedHeaders(stream: number, fragment: Buffer, padding: Buffer): Buffer {
  const payload = Buffer.concat([Buffer.of(padding.length), fragment, padding]);
  return frame(TYPE.headers, FLAG.endHeaders | FLAG.endStream | FLAG.padded, stream, payload);
}

/** DATA. */
export function dataFrame(stream: number, content: string, isLast = true): Buffer {
  return frame(TYPE.data, isLast ? FLAG.endStream : 0, stream, Buffer.from(content, 'latin1'));
}

function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Sends the frames over a connection of their own; resolves to what became of the streams 1, 3, 5 and so on. */
export function exchangeHttp2(port: number, frames: readonly Buffer[], streams = 1): Promise<readonly Answer[]> {
  return new Promise((resolve, reject) => {
    const answers = new Answers(streams);
    const socket = connect({ port, host: '127.0.0.1' });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('silence in HTTP/2')));
    socket.on('connect', () => socket.write(Buffer.concat([PREFACE, frame(TYPE.settings, 0, 0), ...frames])));
    socket.on('data', (part) => {
      if (answers.read(part)) socket.end();
    });
    socket.on('error', (error) => {
      if (Reflect.get(error, 'code') === undefined) reject(error);
    });
    socket.on('close', () => resolve(answers.all));
  });
}

/** What a gateway sends, sorted by stream. */
class Answers {
  readonly all: readonly { status: number | undefined; body: string }[];
  #open: number;
  #unread: Buffer = Buffer.alloc(0);

  constructor(streams: number) {
    this.all = Array.from({ length: streams }, () => ({ status: undefined, body: '' }));
    this.#open = streams;
  }

  /** True when nothing more is to come. */
  read(part: Buffer): boolean {
    this.#unread = Buffer.concat([this.#unread, part]);
    while (this.#unread.length >= 9) {
      const end = 9 + this.#unread.readUIntBE(0, 3);
      if (this.#unread.length < end) break;
      this.#take(this.#unread.subarray(0, end));
      this.#unread = this.#unread.subarray(end);
    }
    return this.#open <= 0;
  }

  #take(bytes: Buffer): void {
    const type = bytes.readUInt8(3);
    const answer = this.all[(bytes.readUInt32BE(5) - 1) / 2];
    if (type === TYPE.goAway) this.#open = 0;
    if (answer === undefined) return;
    if (type === TYPE.headers) answer.status ??= statusIn(bytes.subarray(9));
    if (type === TYPE.data) answer.body += bytes.toString('latin1', 9);
    if (type === TYPE.reset) answer.status = undefined;
    const isEnd = type === TYPE.reset || (type <= TYPE.headers && (bytes.readUInt8(4) & FLAG.endStream) !== 0);
    if (isEnd) this.#open -= 1;
  }
}

/** Statuses that HPACK has an index for, from 8 on. */
const INDEXED = [200, 204, 206, 304, 400, 404, 500];
/** Stands for a status that is a literal, which no success is. */
const OTHER = 599;

function statusIn(fragment: Buffer): number {
  const first = fragment.find((byte) => (byte & 0xe0) !== 0x20) ?? 0;
  return INDEXED[first - 0x88] ?? OTHER;
}
