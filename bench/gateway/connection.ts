import { connect, type Socket } from 'node:net';
import { type Batch, FLAG, frame, HEAD, PREFACE, TYPE } from './frames.ts';
import { statusOf } from './hpack.ts';

/** How many answers said that the request was for a lane, and how many that it was not. */
export interface Answers {
  readonly gray: number;
  readonly base: number;
}

/** Statuses by which the routes of the benchmark tell where they lead. */
export const STATUS = { gray: 200, base: 204 } as const;

/**
 * An HTTP/2 connection that costs its process little: whole batches go out in one piece, and of an answer only the status is read.
 * It has no flow control, so answers must have no content.
 */
export class Connection {
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  #nextId = 1;
  #open = 0;
  #gray = 0;
  #base = 0;
  #settle: { readonly resolve: (answers: Answers) => void; readonly reject: (error: Error) => void } | undefined;
  #failure: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the gateway has closed the connection')));
    socket.write(PREFACE);
  }

  /** Rejects when nobody listens on that port of 127.0.0.1. */
  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
      socket.once('error', reject);
    });
  }

  /** Sends the batch and waits for all of its answers; one at a time. Rejects when an answer is not one of the two. */
  exchange(batch: Batch): Promise<Answers> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) throw this.#failure;
      this.#settle = { resolve, reject };
      this.#open = batch.size;
      this.#gray = 0;
      this.#base = 0;
      this.#nextId = batch.number(this.#nextId);
      this.#socket.write(batch.bytes);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (at + HEAD <= bytes.length) {
      const end = at + HEAD + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      this.#take(bytes[at + 3] ?? 0, bytes[at + 4] ?? 0, bytes.subarray(at + HEAD, end));
      at = end;
    }
    this.#rest = bytes.subarray(at);
  }

  #take(type: number, flags: number, payload: Buffer): void {
    if (type === TYPE.headers) this.#answer(statusOf(payload), flags);
    if ((type === TYPE.settings || type === TYPE.ping) && (flags & FLAG.ack) === 0) {
      this.#socket.write(frame(type, FLAG.ack, type === TYPE.ping ? payload : Buffer.alloc(0)));
    }
    if (type === TYPE.data || type === TYPE.reset || type === TYPE.goaway) {
      this.#fail(new Error(`the gateway has sent a frame of type ${type}`));
    }
  }

  #answer(status: number | undefined, flags: number): void {
    if (status === STATUS.gray) this.#gray += 1;
    else if (status === STATUS.base) this.#base += 1;
    else this.#fail(new Error('the gateway has answered with another status'));
    if ((flags & FLAG.endStream) === 0) this.#fail(new Error('the gateway has answered with content'));
    this.#open -= 1;
    if (this.#open === 0) this.#settle?.resolve({ gray: this.#gray, base: this.#base });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#settle?.reject(error);
    this.#socket.destroy();
  }
}
