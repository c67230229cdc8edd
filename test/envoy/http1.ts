import { connect } from 'node:net';
import type { Answer, Request } from './request.ts';

/** How long a gateway may keep silent. */
const PATIENCE_MS = 5000;

/** The request in HTTP/1.1, after which the connection is to be closed. */
export function http1Text({ method, authority, target, headers }: Request): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${method} ${target} HTTP/1.1\r\nhost: ${authority}\r\nconnection: close\r\n${lines}\r\n`;
}

/** Sends the bytes over a connection of their own; resolves to the answers when so many are there, or when the gateway has closed it. */
export function exchangeHttp1(
  port: number,
  bytes: string,
  count = Number.POSITIVE_INFINITY,
): Promise<readonly Answer[]> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect({ port, host: '127.0.0.1' });
    socket.setTimeout(PATIENCE_MS, () =>
      socket.destroy(new Error(`silence after ${JSON.stringify(bytes.slice(0, 200))}`)),
    );
    socket.on('connect', () => socket.write(bytes, 'latin1'));
    socket.setEncoding('latin1').on('data', (part: string) => {
      received += part;
      if (answersIn(received).length >= count) socket.end();
    });
    socket.on('error', (error) => {
      if (Reflect.get(error, 'code') === undefined) reject(error);
    });
    socket.on('close', () => resolve(answersIn(received)));
  });
}

/** The whole answers in what a gateway sent. */
export function answersIn(text: string): readonly Answer[] {
  const answers: Answer[] = [];
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n');
    const head = rest.slice(0, end);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1]);
    if (end < 0 || rest.length < end + 4 + length) break;
    if (status >= 200) answers.push({ status, body: rest.slice(end + 4, end + 4 + length) });
    rest = rest.slice(end + 4 + length);
  }
  return answers;
}
