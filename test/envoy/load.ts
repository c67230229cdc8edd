import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { answersIn } from './http1.ts';
import type { Answer, Header } from './request.ts';

/** A kind of client, and who answers it under each of two configurations that take turns. */
export interface LoadClient {
  readonly headers: readonly Header[];
  readonly lanes: readonly [first: string, second: string];
}

const KEPT_FAILURES = 20;

/** Requests without a pause, each checked against the configurations that may be in force. */
export class Load {
  /** What went wrong, as far as it was kept. */
  readonly failures: string[] = [];
  answered = 0;
  readonly #clients: readonly LoadClient[];
  readonly #running: Promise<void>[] = [];
  #isStopping = false;
  /** Number of the configuration that was put in place last, and of the one that is known to be in force. */
  #newest = 0;
  #inForce = 0;
  #seen: () => void = () => undefined;

  /** The first client must be answered differently by the two configurations: it shows which one is in force. */
  constructor(clients: readonly LoadClient[]) {
    this.#clients = clients;
  }

  /** Asks the gateway over so many connections of HTTP/1.1, and with so many streams of one HTTP/2 connection. */
  start(port: number, connections: number, streams: number): void {
    for (let index = 0; index < connections; index++) this.#running.push(this.#overHttp1(port, index));
    this.#running.push(this.#overHttp2(port, streams));
  }

  /** To be called before a configuration is put in place; resolves when requests are answered by it. */
  expectNext(): Promise<void> {
    this.#newest += 1;
    return new Promise((resolve) => {
      this.#seen = resolve;
    });
  }

  /** Resolves when every request that was begun is answered. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#running);
  }

  #overHttp1(port: number, first: number): Promise<void> {
    const requests = this.#clients.map(({ headers }) => {
      const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      return `GET / HTTP/1.1\r\nhost: example.com\r\n${lines}\r\n`;
    });
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1');
      let turn = first;
      let received = '';
      let judge: (answer: Answer) => void = () => undefined;
      const next = (): void => {
        turn = (turn + 1) % requests.length;
        judge = this.#judge(turn);
        socket.write(requests[turn] ?? '');
      };
      socket.on('connect', next).on('data', (part: string) => {
        received += part;
        const [answer] = answersIn(received);
        if (answer === undefined) return;
        received = '';
        judge(answer);
        if (this.#isStopping) socket.end();
        else next();
      });
      socket.on('error', ({ message }) => this.#fail(message));
      socket.on('close', () => {
        if (!this.#isStopping || received !== '') this.#fail('a connection was closed');
        resolve();
      });
    });
  }

  async #overHttp2(port: number, streams: number): Promise<void> {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    session.on('error', ({ message }) => this.#fail(message));
    const ask = (turn: number): Promise<void> =>
      new Promise((resolve) => {
        const judge = this.#judge(turn);
        const headers = Object.fromEntries(this.#clients[turn]?.headers ?? []);
        const stream = session.request({ ':path': '/', ...headers });
        let answer: Answer = { status: undefined, body: '' };
        stream.setEncoding('latin1');
        stream.on('response', ({ ':status': status }) => {
          answer = { ...answer, status };
        });
        stream.on('data', (part: string) => {
          answer = { ...answer, body: answer.body + part };
        });
        stream.on('error', ({ message }) => this.#fail(message));
        stream.on('close', () => {
          judge(answer);
          resolve();
        });
      });
    const repeated = async (first: number): Promise<void> => {
      for (let turn = first; !this.#isStopping; turn++) await ask(turn % this.#clients.length);
    };
    await Promise.all(Array.from({ length: streams }, (_, index) => repeated(index)));
    session.close();
  }

  /** Of a request that is sent now: what may be answered. */
  #judge(client: number): (answer: Answer) => void {
    const oldest = this.#inForce;
    return ({ status, body }) => {
      const lanes = this.#clients[client]?.lanes ?? [];
      const expected = oldest === this.#newest ? [lanes[oldest % 2]] : lanes;
      this.answered += 1;
      if (status !== 200 || !expected.includes(body))
        this.#fail(`client ${client}: ${status} ${body}, not ${expected}`);
      if (client !== 0 || this.#inForce === this.#newest || body !== lanes[this.#newest % 2]) return;
      this.#inForce = this.#newest;
      this.#seen();
    };
  }

  #fail(what: string): void {
    if (this.failures.length < KEPT_FAILURES) this.failures.push(what);
  }
}
