import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { App } from './routing.ts';

/**
 * Cuts off who asks again before the answer has come: one packet can hold a thousand such requests, all of which would be
 * answered at once, into memory. No client that is in use does that.
 */
export function onePerConnection(app: App): void {
  const busy = new WeakSet<Socket>();
  app.server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    if (busy.has(socket)) socket.destroy();
    busy.add(socket);
    response.once('finish', () => busy.delete(socket));
  });
  // Those that came in the same packet are still taken apart.
  app.addHook('onRequest', async (request, reply) => {
    if (request.raw.socket.destroyed) reply.hijack();
  });
}

/**
 * Who comes when there are too many connections takes the place of the oldest one: those who keep theirs without a need must not
 * keep others out, above all not the probes.
 */
export function makeRoom(app: App, most: number): void {
  const open = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const [oldest] = open;
    if (open.size <= most || oldest === undefined) return;
    open.delete(oldest);
    oldest.destroy();
  });
}

/** Once the server closes, each answer is the last one of its connection. */
export function endConnections(app: App): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onSend', async (_, reply) => {
    if (isClosing) reply.header('connection', 'close');
  });
}
