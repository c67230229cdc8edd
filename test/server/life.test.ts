import { createServer } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { GraylaneError } from '../../agent/errors.ts';
import { RawClient, served } from './served.ts';

const refused = async (host: string, port: number): Promise<unknown> => {
  try {
    await (await served({ listen: { host, port } })).close();
    return undefined;
  } catch (error) {
    return error;
  }
};

describe('a server that cannot listen', () => {
  test('says so when something listens there already', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const error = await refused('127.0.0.1', port);
    expect(error).toBeInstanceOf(GraylaneError);
    expect(error).toMatchObject({ code: 'GL4003', message: `127.0.0.1:${port}: something listens there already` });
    await new Promise((resolve) => other.close(resolve));
  });

  test.each([
    ['203.0.113.1', 0, '203.0.113.1:0: this machine does not have that address'],
    ['nobody.invalid', 0, expect.stringMatching(/^nobody\.invalid:0: (there is no such name|the name cannot be)/)],
    ['2001:db8::1', 0, '[2001:db8::1]:0: this machine does not have that address'],
    ['127.0.0.1', 65_536, '127.0.0.1:65536: there is no such port'],
  ])('at %s:%i says why', async (host, port, message) => {
    expect(await refused(host, port)).toMatchObject({ code: 'GL4003', message });
  });
});

const POST = 'POST /api/v1/explain HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 30\r\n\r\n';

describe('a server that is closed', () => {
  test('finishes the answers that are under way, and says that the connection ends', async () => {
    const server = await served();
    const client = new RawClient(server.port);
    client.send(`${POST}{"path":"/",`);
    await vi.waitFor(() => expect(client.socket.bytesWritten).toBeGreaterThan(100));
    await server.get('/healthz');
    const closed = server.close();
    await expect(server.get('/healthz')).rejects.toThrow();
    client.send('"authority":"a.b"}');
    expect(await client.all()).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close\r\n[\s\S]*"lane":null/i);
    await closed;
  });

  test('waits no longer than its limit', async () => {
    const server = await served({ limits: { drainMs: 200 } });
    const client = new RawClient(server.port);
    client.send(`${POST}{"path":"/",`);
    await server.get('/healthz');
    await server.close();
    expect(await client.all()).toBe('');
  });

  test('does not wait for connections that are kept alive', async () => {
    const server = await served({ limits: { drainMs: 3_600_000 } });
    const client = new RawClient(server.port);
    client.send('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n');
    await vi.waitFor(() => expect(client.received).toContain('"alive":true'));
    await server.close();
    await client.closed;
  });

  test('can be closed twice', async () => {
    const server = await served();
    await Promise.all([server.close(), server.close()]);
    await server.close();
  });

  test('said where it served', async () => {
    const server = await served();
    expect(server.log).toEqual([`2026-01-02T03:04:05.678Z info serving url=${server.url}`]);
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    await server.close();
  });
});
