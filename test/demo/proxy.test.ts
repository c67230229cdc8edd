import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type Behaviour, type Endpoint, type Listener, startProxy } from '../../demo/gateway/proxy.ts';
import { freePorts } from '../../demo/ports.ts';

let upstream: Server | undefined;
let listener: Listener | undefined;

afterEach(async () => {
  await listener?.close();
  upstream?.closeAllConnections();
  upstream?.close();
});

/** An upstream that answers with what it was asked. */
async function echo(): Promise<Endpoint> {
  const server = createServer(async (incoming, response) => {
    const { method, url, rawHeaders } = incoming;
    response.writeHead(201, { 'x-answer': 'yes', connection: 'close' });
    response.end(JSON.stringify({ method, url, rawHeaders, body: await textOf(incoming) }));
  });
  upstream = server;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of message.setEncoding('utf8')) text += part;
  return text;
}

async function proxy(behaviour: Partial<Behaviour>): Promise<number> {
  const [port = 0] = await freePorts(1);
  listener = await startProxy(port, { filter: (headers) => headers, route: () => [], ...behaviour });
  return port;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

function ask(port: number, headers: string[] = ['host', 'example.com'], body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method: 'POST', path: '/a?b=c', headers, agent: false };
    const outgoing = request(options, async (answer) => {
      resolve({ status: answer.statusCode, headers: answer.headers, body: await textOf(answer) });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

describe('the listener of the embedded gateway', () => {
  test('passes on method, path, body and headers, but not those of the connection', async () => {
    const endpoint = await echo();
    const port = await proxy({ route: () => [endpoint] });
    const headers = ['Host', 'example.com', 'X-A', '1', 'x-a', '2', 'TE', 'trailers', 'Content-Length', '4'];
    const { status, body, headers: answered } = await ask(port, headers, 'body');
    expect(status).toBe(201);
    expect(answered).toMatchObject({ 'x-answer': 'yes' });
    const asked = JSON.parse(body);
    expect(asked).toMatchObject({ method: 'POST', url: '/a?b=c', body: 'body' });
    expect(asked.rawHeaders.slice(0, 8)).toEqual([
      'host',
      'example.com',
      'x-a',
      '1',
      'x-a',
      '2',
      'content-length',
      '4',
    ]);
    expect(asked.rawHeaders).not.toContain('te');
  });

  test('sends what the filter makes of the headers', async () => {
    const endpoint = await echo();
    const port = await proxy({
      filter: (headers) => [...headers.filter(([name]) => name !== 'x-a'), ['x-b', '\u00e9']],
      route: () => [endpoint],
    });
    const { rawHeaders } = JSON.parse((await ask(port, ['host', 'example.com', 'x-a', '1'])).body);
    expect(rawHeaders).not.toContain('x-a');
    expect(rawHeaders.slice(rawHeaders.indexOf('x-b'))[1]).toBe('\u00e9');
  });

  test('tells the filter who asks', async () => {
    let asker = '';
    const port = await proxy({
      filter: (headers, source) => {
        asker = source;
        return headers;
      },
    });
    await ask(port);
    expect(asker).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  test('tries the next endpoint where nobody listens', async () => {
    const endpoint = await echo();
    const [nobody = 0] = await freePorts(1);
    const port = await proxy({ route: () => [{ address: '127.0.0.1', port: nobody }, endpoint] });
    const { status, body } = await ask(port, ['host', 'example.com', 'content-length', '4'], 'body');
    expect(status).toBe(201);
    expect(JSON.parse(body)).toMatchObject({ body: 'body' });
  });

  test('answers 503 when no endpoint is left', async () => {
    const port = await proxy({ route: () => [] });
    expect(await ask(port)).toMatchObject({ status: 503, body: 'no healthy upstream\n' });
  });

  test('answers 503 when the endpoint breaks off, and does not ask another', async () => {
    const endpoint = await echo();
    upstream?.removeAllListeners('request').on('request', (incoming) => incoming.socket.destroy());
    const port = await proxy({ route: () => [endpoint, endpoint] });
    expect(await ask(port)).toMatchObject({ status: 503, body: 'socket hang up\n' });
  });

  test('answers what the route refuses', async () => {
    const port = await proxy({ route: () => ({ status: 404, reason: 'no route' }) });
    expect(await ask(port)).toMatchObject({ status: 404, body: 'no route\n' });
  });

  test('answers 503 when the filter fails', async () => {
    const port = await proxy({
      filter: () => {
        throw new Error('trapped');
      },
    });
    expect(await ask(port)).toMatchObject({ status: 503, body: 'trapped\n' });
  });

  test('does not start on a port that is taken', async () => {
    const { port } = await echo();
    const behaviour: Behaviour = { filter: (headers) => headers, route: () => [] };
    await expect(startProxy(port, behaviour)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
