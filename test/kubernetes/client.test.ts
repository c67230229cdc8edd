import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ApiError, type StreamRequest } from '../../agent/kubernetes/api-server.ts';
import { type Access, HttpApiServer } from '../../agent/kubernetes/client.ts';

const PATIENT = { timeout: 20_000, interval: 5 };
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const listening = async (server: Server | ReturnType<typeof createTcpServer>): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** A server that answers so, and the client for it. */
async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  { prefix = '', ...access }: Partial<Access> & { readonly prefix?: string } = {},
): Promise<{ readonly api: HttpApiServer; readonly connections: () => number }> {
  let connections = 0;
  const server = createServer(answer);
  server.on('connection', () => {
    connections += 1;
  });
  const port = await listening(server);
  const api = clientOf(`http://127.0.0.1:${port}${prefix}`, access);
  closers.push(async () => {
    api.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { api, connections: () => connections };
}

function clientOf(url: string, access: Partial<Access> = {}, connectMs?: number): HttpApiServer {
  const known = {
    server: new URL(url),
    credentials: () => Promise.resolve({}),
    renew: () => Promise.resolve(false),
    ...access,
  };
  return new HttpApiServer(known, connectMs);
}

const json = (response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
};

/** What the promise was rejected with. */
const failure = async (promise: Promise<unknown>): Promise<ApiError> => {
  const error = await promise.then(
    () => undefined,
    (found: unknown) => found,
  );
  if (!(error instanceof ApiError)) throw new Error(`not an ApiError: ${String(error)}`);
  return error;
};

const GET = { method: 'GET', path: '/version' } as const;

describe('a request', () => {
  test('resolves with the JSON of the answer', async () => {
    const { api } = await serve((_, response) => json(response, { gitVersion: 'v1.35.0' }));
    expect(await api.request(GET)).toEqual({ gitVersion: 'v1.35.0' });
  });

  test('goes below the path of the server, with its query, its body and its headers', async () => {
    const { api } = await serve(
      (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk) => chunks.push(chunk));
        request.on('end', () => {
          const { 'content-type': type, accept, authorization } = request.headers;
          const body = Buffer.concat(chunks).toString('utf8');
          json(response, { url: request.url, method: request.method, type, accept, authorization, body });
        });
      },
      { prefix: '/k8s/clusters/one/', credentials: async () => ({ headers: { Authorization: 'Bearer t' } }) },
    );
    const query = { fieldManager: 'graylane', force: true, limit: 5, dryRun: undefined };
    const contentType = 'application/apply-patch+yaml';
    const path = '/api/v1/namespaces/shop/pods/a%2Fb';
    expect(await api.request({ method: 'PATCH', path, query, contentType, body: { größe: 1 } })).toEqual({
      url: '/k8s/clusters/one/api/v1/namespaces/shop/pods/a%2Fb?fieldManager=graylane&force=true&limit=5',
      method: 'PATCH',
      type: contentType,
      accept: 'application/json',
      authorization: 'Bearer t',
      body: '{"größe":1}',
    });
  });

  test('that is refused rejects with what the Status object says', async () => {
    const status = { kind: 'Status', code: 409, reason: 'Conflict', message: 'somebody else was first' };
    const { api } = await serve((_, response) => json(response, status, 409));
    expect(await failure(api.request(GET))).toMatchObject({
      status: 409,
      reason: 'Conflict',
      message: 'GET /version: somebody else was first',
      body: status,
      retryAfterMs: undefined,
    });
  });

  test.each([
    [{ 'Retry-After': '7' }, {}, 7000],
    [{}, { details: { retryAfterSeconds: 3 } }, 3000],
    [{ 'Retry-After': 'soon' }, {}, undefined],
    [{ 'Retry-After': 'Thu, 01 Jan 1970 00:00:00 GMT' }, {}, undefined],
  ])('that is to come later, by %j %j, says when', async (headers: Record<string, string>, more, retryAfterMs) => {
    const { api } = await serve((_, response) => json(response, { reason: 'TooManyRequests', ...more }, 429, headers));
    expect(await failure(api.request(GET))).toMatchObject({ status: 429, retryAfterMs });
  });

  test('that a proxy refuses without a Status object has the name of its HTTP status as the reason', async () => {
    const { api } = await serve((_, response) => {
      response.writeHead(502);
      response.end('<html>');
    });
    expect(await failure(api.request(GET))).toMatchObject({ status: 502, reason: 'BadGateway', body: '<html>' });
  });

  test('whose answer is no JSON is rejected', async () => {
    const { api } = await serve((_, response) => response.end('ok'));
    expect(await failure(api.request(GET))).toMatchObject({ status: 0, reason: 'NoJson' });
  });

  test('whose answer is cut off is rejected', async () => {
    const { api } = await serve((_, response) => {
      response.writeHead(200, { 'Content-Length': 100 });
      response.write('{"a":');
      setTimeout(() => response.destroy(), 5);
    });
    expect(await failure(api.request(GET))).toMatchObject({ status: 0, reason: 'NoAnswer' });
  });

  test('that is not answered in time is rejected', async () => {
    const { api } = await serve(() => undefined);
    const error = await failure(api.request({ ...GET, timeoutMs: 50 }));
    expect(error).toMatchObject({ status: 0, reason: 'NoAnswer', message: 'GET /version: no answer within 0.05 s' });
  });

  test('whose answer does not end in time is rejected', async () => {
    const { api } = await serve((_, response) => {
      response.writeHead(200);
      response.write('{');
    });
    expect(await failure(api.request({ ...GET, timeoutMs: 50 }))).toMatchObject({ reason: 'NoAnswer' });
  });

  test('that nobody wants any more is rejected, and its connection closed', async () => {
    let isClosed = false;
    const { api } = await serve((_, response) => response.once('close', () => (isClosed = true)));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    expect(await failure(api.request({ ...GET, signal: controller.signal }))).toMatchObject({ reason: 'Aborted' });
    await vi.waitFor(() => expect(isClosed).toBe(true), PATIENT);
  });

  test('that nobody wanted from the beginning is not made', async () => {
    const { api, connections } = await serve((_, response) => json(response, {}));
    expect(await failure(api.request({ ...GET, signal: AbortSignal.abort() }))).toMatchObject({ reason: 'Aborted' });
    expect(connections()).toBe(0);
  });

  test('to a server that is not there is rejected', async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await failure(clientOf(`http://127.0.0.1:${port}`).request(GET));
    expect(error).toMatchObject({ status: 0, reason: 'NoAnswer' });
    expect(error.message).toContain('ECONNREFUSED');
  });

  test('to a server that does not finish the connection is rejected', async () => {
    // It takes connections and says nothing, so TLS never begins.
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => sockets.add(socket));
    const port = await listening(server);
    closers.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const error = await failure(clientOf(`https://127.0.0.1:${port}`, {}, 100).request(GET));
    expect(error).toMatchObject({ status: 0, reason: 'NoAnswer' });
    expect(error.message).toContain('no connection to 127.0.0.1');
  });

  test('whose credentials do not come in time is rejected', async () => {
    const { api } = await serve((_, response) => json(response, {}), {
      credentials: () => new Promise(() => undefined),
    });
    expect(await failure(api.request({ ...GET, timeoutMs: 50 }))).toMatchObject({ reason: 'NoAnswer' });
  });

  test('whose credentials cannot be had is rejected', async () => {
    const { api } = await serve((_, response) => json(response, {}), {
      credentials: () => Promise.reject(new Error('no plugin')),
    });
    expect(await failure(api.request(GET))).toMatchObject({ message: 'GET /version: no plugin' });
  });
});

describe('connections', () => {
  test('are kept and used again', async () => {
    const { api, connections } = await serve((_, response) => json(response, {}));
    for (let times = 0; times < 5; times += 1) await api.request(GET);
    expect(connections()).toBe(1);
  });

  test('that the server closed in the meantime are no failure of a GET', async () => {
    const sockets: Socket[] = [];
    let answered = 0;
    const { api } = await serve((request, response) => {
      answered += 1;
      // The second request on a connection is cut off unanswered.
      if (sockets.includes(request.socket)) request.socket.resetAndDestroy();
      else json(response, {});
      sockets.push(request.socket);
    });
    await api.request(GET);
    await api.request(GET);
    expect(answered).toBe(3);
  });

  test('that break while something is written are a failure: it may have been done', async () => {
    const sockets: Socket[] = [];
    const { api } = await serve((request, response) => {
      if (sockets.includes(request.socket)) request.socket.resetAndDestroy();
      else json(response, {});
      sockets.push(request.socket);
    });
    await api.request(GET);
    expect(await failure(api.request({ ...GET, method: 'PATCH', body: {} }))).toMatchObject({ reason: 'NoAnswer' });
  });
});

describe('credentials that the server does not know any more', () => {
  const withTokens = (renew: () => Promise<boolean>, tokens: readonly string[]) => {
    let asked = 0;
    return serve(
      ({ headers: { authorization } }, response) =>
        authorization === 'Bearer new' ? json(response, {}) : json(response, { reason: 'Unauthorized' }, 401),
      { renew, credentials: async () => ({ headers: { Authorization: `Bearer ${tokens[asked++]}` } }) },
    );
  };

  test('are renewed, and the request is made again', async () => {
    const { api } = await withTokens(async () => true, ['old', 'new']);
    expect(await api.request(GET)).toEqual({});
  });

  test('are renewed once', async () => {
    const { api } = await withTokens(async () => true, ['old', 'older']);
    expect(await failure(api.request(GET))).toMatchObject({ status: 401, reason: 'Unauthorized' });
  });

  test('are a refusal when there are no others', async () => {
    const { api } = await withTokens(async () => false, ['old', 'new']);
    expect(await failure(api.request(GET))).toMatchObject({ status: 401 });
  });
});

describe('the lines of a stream', () => {
  const WATCH = { ...GET, idleMs: 10_000 };

  /** All lines, and what it ended with. */
  async function linesOf(api: HttpApiServer, request: Partial<StreamRequest> = {}): Promise<readonly unknown[]> {
    const lines: unknown[] = [];
    try {
      for await (const line of api.lines({ ...WATCH, ...request })) lines.push(line);
      return [...lines, 'ended'];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return [...lines, error.reason];
    }
  }

  test('come one by one, whatever pieces they are sent in', async () => {
    const { api } = await serve((_, response) => {
      response.write('one\ntw');
      setTimeout(() => response.end('o\r\n\nthree\n'), 5);
    });
    expect(await linesOf(api)).toEqual(['one', 'two', 'three', 'ended']);
  });

  test('end with an error when the last one is not whole', async () => {
    const { api } = await serve((_, response) => response.end('one\n{"type":"ADDED"}'));
    expect(await linesOf(api)).toEqual(['one', 'NoAnswer']);
  });

  test('end with an error when the connection breaks', async () => {
    const { api } = await serve((_, response) => {
      response.write('one\n');
      setTimeout(() => response.destroy(), 5);
    });
    expect(await linesOf(api)).toEqual(['one', 'NoAnswer']);
  });

  test('end when none came for a while', async () => {
    const { api } = await serve((_, response) => void response.write('one\n'));
    expect(await linesOf(api, { idleMs: 50 })).toEqual(['one', 'Idle']);
  });

  test('do not end while they come', async () => {
    const { api } = await serve((_, response) => {
      let count = 0;
      const timer = setInterval(() => {
        count += 1;
        response.write(`${count}\n`);
        if (count < 5) return;
        clearInterval(timer);
        response.end();
      }, 60);
    });
    expect(await linesOf(api, { idleMs: 200 })).toEqual(['1', '2', '3', '4', '5', 'ended']);
  });

  test('are none when the stream is refused', async () => {
    const { api } = await serve((_, response) => json(response, { reason: 'Expired' }, 410));
    expect(await linesOf(api)).toEqual(['Expired']);
  });

  test('are told of before the first comes', async () => {
    const { api } = await serve((_, response) => response.flushHeaders());
    let isOpen = false;
    const controller = new AbortController();
    const { signal } = controller;
    const ended = linesOf(api, { onOpen: () => (isOpen = true), signal });
    await vi.waitFor(() => expect(isOpen).toBe(true), PATIENT);
    controller.abort();
    expect(await ended).toEqual(['Aborted']);
  });

  test('close the connection when nobody reads on', async () => {
    let isClosed = false;
    const { api } = await serve((_, response) => {
      response.write('one\n');
      response.once('close', () => (isClosed = true));
    });
    for await (const line of api.lines(WATCH)) if (line === 'one') break;
    await vi.waitFor(() => expect(isClosed).toBe(true), PATIENT);
  });
});
