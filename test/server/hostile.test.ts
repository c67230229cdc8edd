import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ServerOptions } from '../../agent/server/server.ts';
import { RawClient, type Served, served } from './served.ts';
import { COMPILED, viewOf } from './view.ts';

let server: Served;

afterEach(async () => {
  // Whatever was done to it, it still answers.
  await vi.waitFor(async () => expect((await server.get('/healthz')).status).toBe(200), { timeout: 20_000 });
  await server.close();
});

async function client(limits: ServerOptions['limits'] = {}, view = viewOf()): Promise<RawClient> {
  server = await served({ view, limits: { drainMs: 100, ...limits } });
  return new RawClient(server.port);
}

const HEAD = 'GET /healthz HTTP/1.1\r\nhost: a\r\n';

describe('a client', () => {
  test('that does not finish its headers is told so, and cut off', async () => {
    const slow = await client({ headersMs: 200 });
    slow.send(HEAD);
    expect(await slow.all()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n[\s\S]*"code":"RequestTimeout"/);
  });

  test('that sends a header now and then is cut off too', async () => {
    const slow = await client({ headersMs: 500 });
    slow.send(HEAD);
    const drip = setInterval(() => slow.send('x-more: 1\r\n'), 50);
    expect(await slow.all()).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(drip);
  });

  test('that does not finish its body is cut off', async () => {
    const slow = await client({ headersMs: 100, requestMs: 300 });
    slow.send(
      'POST /api/v1/explain HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    );
    expect(await slow.all()).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('that says nothing is cut off', async () => {
    const silent = await client({ idleMs: 200 });
    expect(await silent.all()).not.toContain(' 200 ');
  });

  test('that keeps its connection and says nothing more is cut off', async () => {
    const idle = await client({ idleMs: 200 });
    idle.send(`${HEAD}\r\n`);
    expect(await idle.all()).toContain(' 200 ');
  });

  test('that sends more than 16 KiB of headers is refused', async () => {
    const large = await client();
    large.send(`${HEAD}x: ${'a'.repeat(17 * 1024)}\r\n\r\n`);
    expect(await large.all()).toMatch(/^HTTP\/1\.1 431 [^\r]+\r\n[\s\S]*"code":"HeadersTooLarge"/);
  });

  test('that asks for a path of 20 KB is refused', async () => {
    const large = await client();
    large.send(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`);
    expect(await large.all()).toMatch(/^HTTP\/1\.1 431 /);
  });

  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['two lengths', `POST /api/v1/explain HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    ['a length and chunks', `${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a header with a NUL', `${HEAD}x: a\0b\r\n\r\n`],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n'],
  ])('that sends %s is refused, and the connection ends', async (_, text) => {
    const odd = await client();
    odd.send(text);
    expect(await odd.all()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  test('that goes away in the middle is forgotten', async () => {
    const gone = await client();
    gone.send(HEAD);
    gone.socket.resetAndDestroy();
    await gone.closed;
    expect(server.log.filter((line) => line.includes(' error '))).toEqual([]);
  });

  test('that opens more connections than are allowed gets no more', async () => {
    const first = await client({ connections: 3, idleMs: 2000 });
    const others = Array.from({ length: 9 }, () => new RawClient(server.port));
    const all = [first, ...others];
    for (const one of all) one.send(HEAD);
    await vi.waitFor(() => expect(all.filter(({ socket }) => socket.closed)).toHaveLength(7), { timeout: 20_000 });
    for (const one of all) one.socket.destroy();
  });

  test('that keeps all connections there may be does not keep others out', async () => {
    const first = await client({ connections: 3, idleMs: 20_000 });
    const idle = [first, ...Array.from({ length: 5 }, () => new RawClient(server.port))];
    await vi.waitFor(() => expect(idle.filter(({ socket }) => socket.closed)).toHaveLength(3), { timeout: 20_000 });
    expect((await server.get('/healthz')).status).toBe(200);
    for (const one of idle) one.socket.destroy();
  });

  test('that asks for much again and again does not keep probes from being answered', async () => {
    let explained = 0;
    const slow = (): string => {
      const endMs = performance.now() + 300;
      while (performance.now() < endMs);
      explained += 1;
      return '{"lane":null,"rule":null,"headers":[]}';
    };
    server = await served({ explain: () => ({ explain: slow, decide: slow }), limits: { drainMs: 100 } });
    const asked = Array.from({ length: 60 }, () => server.explain({ authority: 'a', path: '/' }));
    await vi.waitFor(() => expect(explained).toBeGreaterThan(0), { timeout: 20_000 });
    expect((await server.get('/healthz')).status).toBe(200);
    // All sixty would have been worked out before, had the probe had to wait for them.
    expect(explained).toBeLessThan(17);
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect([...new Set(statuses)].sort()).toEqual([200, 503]);
    // One at work and sixteen that wait, and a few of those that came when some were done already.
    const answered = statuses.filter((status) => status === 200).length;
    expect(answered).toBeGreaterThanOrEqual(17);
    expect(answered).toBeLessThan(34);
  });

  test('that does not read its answer is cut off', async () => {
    const sets = { large: Array.from({ length: 32 }, () => 'x'.repeat(1 << 20)) };
    const view = viewOf({ compiled: { ...COMPILED, pluginConfig: { sets } } });
    const deaf = await client({ idleMs: 500 }, view);
    deaf.socket.pause();
    deaf.send('GET /api/v1/config HTTP/1.1\r\nhost: a\r\n\r\n');
    // Had it not been cut off by then, it would get all of it after that.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    deaf.socket.resume();
    const length = (await deaf.all()).length;
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThan(32 << 20);
  });

  test('that does not wait for its answers is cut off', async () => {
    let answered = 0;
    const view = viewOf();
    Object.defineProperty(view, 'readings', {
      get: () => {
        answered += 1;
        return [];
      },
    });
    const hasty = await client({}, view);
    hasty.send('GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(1000));
    await hasty.closed;
    expect(answered).toBeLessThan(10);
  });

  test('may ask again on the same connection once it has its answer', async () => {
    const polite = await client();
    for (let count = 1; count <= 3; count += 1) {
      polite.send('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n');
      await vi.waitFor(() => expect(polite.received.split('"alive":true')).toHaveLength(count + 1));
    }
    polite.socket.destroy();
  });
});
