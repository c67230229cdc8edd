import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { GraylaneError } from '../../agent/errors.ts';
import { apiFailure } from '../../agent/kubernetes/failure.ts';
import { connect, currentNamespace } from '../../agent/kubernetes/kubeconfig.ts';

let folder: string;
let server: Server;
let url: string;
let headers: IncomingMessage['headers'][] = [];
let answer: (request: IncomingMessage) => number = () => 200;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graylane-kubeconfig-'));
  headers = [];
  answer = () => 200;
  server = createServer((request, response) => {
    headers.push(request.headers);
    response.writeHead(answer(request));
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

interface Layout {
  readonly user?: object;
  readonly context?: object;
  readonly current?: string;
  readonly server?: string;
}

/** Path of a kubeconfig. */
function kubeconfig({
  user = { token: 't' },
  context = {},
  current = 'one',
  server: address = url,
}: Layout = {}): string {
  const path = join(folder, 'config');
  writeFileSync(
    path,
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': current,
      clusters: [{ name: 'here', cluster: { server: address } }],
      users: [{ name: 'me', user }],
      contexts: [
        { name: 'one', context: { cluster: 'here', user: 'me', ...context } },
        { name: 'two', context: { cluster: 'here', user: 'me', namespace: 'bank' } },
        { name: 'lost', context: { cluster: 'nowhere', user: 'me' } },
        { name: 'nobody', context: { cluster: 'here', user: 'none' } },
      ],
    }),
  );
  return path;
}

const GET = { method: 'GET', path: '/version' } as const;

/** What the server is told when it is asked once. */
async function told(path: string): Promise<IncomingMessage['headers']> {
  const api = await connect({ kubeconfig: path });
  await api.request(GET);
  api.close();
  return headers.at(-1) ?? {};
}

describe('a kubeconfig', () => {
  test('says who asks, with a token', async () => {
    expect((await told(kubeconfig())).authorization).toBe('Bearer t');
  });

  test('says who asks, with a name and a password', async () => {
    const { authorization } = await told(kubeconfig({ user: { username: 'me', password: 'secret' } }));
    expect(authorization).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
  });

  test('says for whom somebody asks', async () => {
    expect((await told(kubeconfig({ user: { token: 't', as: 'jane' } })))['impersonate-user']).toBe('jane');
  });

  test('may lead to a plugin that says who asks', async () => {
    const plugin = join(folder, 'plugin');
    const credential = { kind: 'ExecCredential', status: { token: 'of-plugin' } };
    writeFileSync(plugin, `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`);
    chmodSync(plugin, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' };
    expect((await told(kubeconfig({ user: { exec } }))).authorization).toBe('Bearer of-plugin');
  });

  test('whose plugin fails makes requests fail with what the plugin says', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: join(folder, 'none') };
    const api = await connect({ kubeconfig: kubeconfig({ user: { exec } }) });
    await expect(api.request(GET)).rejects.toMatchObject({ name: 'ApiError', message: /ENOENT/ });
  });

  test('whose credentials cannot be used is told to be unusable, and not the server', async () => {
    for (const user of [
      { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'false' } },
      { 'auth-provider': { name: 'gcp' } },
    ]) {
      const api = await connect({ kubeconfig: kubeconfig({ user }) });
      const error = apiFailure(await api.request(GET).catch((thrown: unknown) => thrown), 'read it');
      expect(error).toMatchObject({ code: 'GL5001', message: expect.stringContaining('credentials') });
    }
  });

  test('of those that are not there is named', async () => {
    vi.stubEnv('KUBECONFIG', join(folder, 'nowhere'));
    await expect(currentNamespace()).rejects.toThrow(`There is no kubeconfig at ${join(folder, 'nowhere')}`);
  });

  test('says in which namespace', async () => {
    const path = kubeconfig();
    expect(await currentNamespace({ kubeconfig: path })).toBe('default');
    expect(await currentNamespace({ kubeconfig: path, context: 'two' })).toBe('bank');
  });

  test('is found as kubectl finds it', async () => {
    vi.stubEnv('KUBECONFIG', kubeconfig({ context: { namespace: 'shop' } }));
    expect(await currentNamespace()).toBe('shop');
  });
});

describe('a token in a file', () => {
  const withFile = (token: string): string => {
    writeFileSync(join(folder, 'token'), token);
    const config = { tokenFile: join(folder, 'token') };
    return kubeconfig({ user: { 'auth-provider': { name: 'tokenFile', config } } });
  };

  test('may end with a line end', async () => {
    expect((await told(withFile('first\n'))).authorization).toBe('Bearer first');
  });

  test('is read again when the server does not know it any more', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const api = await connect({ kubeconfig: withFile('first') });
    await api.request(GET);
    withFile('second');
    vi.setSystemTime(Date.now() + 15_000);
    answer = (request) => (request.headers.authorization === 'Bearer second' ? 200 : 401);
    expect(await api.request(GET)).toEqual({});
    expect(headers.map(({ authorization }) => authorization)).toEqual([
      'Bearer first',
      'Bearer first',
      'Bearer second',
    ]);
    api.close();
  });

  test('is read again after a minute', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const api = await connect({ kubeconfig: withFile('first') });
    await api.request(GET);
    withFile('second');
    vi.setSystemTime(Date.now() + 61_000);
    await api.request(GET);
    expect(headers.at(-1)?.authorization).toBe('Bearer second');
    api.close();
  });

  test('is not read again and again while the server knows none', async () => {
    answer = () => 401;
    const api = await connect({ kubeconfig: withFile('first') });
    await expect(api.request(GET)).rejects.toMatchObject({ status: 401 });
    expect(headers).toHaveLength(1);
    api.close();
  });
});

describe('a kubeconfig that cannot be used', () => {
  const refused = async (options: Parameters<typeof connect>[0]): Promise<string> => {
    const error = await connect(options).catch((found: unknown) => found);
    if (!(error instanceof GraylaneError) || error.kind !== 'KubeconfigUnusable') throw error;
    return error.message;
  };

  test('is said to be missing', async () => {
    expect(await refused({ kubeconfig: join(folder, 'none') })).toMatch(/There is no kubeconfig at .*none$/);
  });

  test('is said to be malformed', async () => {
    writeFileSync(join(folder, 'config'), 'clusters: [{');
    expect(await refused({ kubeconfig: join(folder, 'config') })).toMatch(/config: /);
  });

  test('is said to have nothing in it', async () => {
    writeFileSync(join(folder, 'config'), '');
    expect(await refused({ kubeconfig: join(folder, 'config') })).toMatch(/config: /);
  });

  test.each([
    [{ current: '' }, 'No context is the current one'],
    [{ current: 'three' }, 'There is no context three'],
    [{ current: 'lost' }, 'There is no cluster nowhere'],
    [{ current: 'nobody' }, 'There is no user none'],
    [{ server: 'here:80' }, 'here:80 is no address of a server'],
  ])('%j: %s', async (layout, message) => {
    expect(await refused({ kubeconfig: kubeconfig(layout) })).toBe(message);
  });

  test('does not have the context that is asked for', async () => {
    expect(await refused({ kubeconfig: kubeconfig(), context: 'four' })).toBe('There is no context four');
  });

  test('is not made up when there is none', async () => {
    vi.stubEnv('KUBECONFIG', '');
    vi.stubEnv('HOME', folder);
    expect(await refused({})).toBe('There is no kubeconfig');
  });

  test('is not that of a pod outside of a cluster', async () => {
    vi.stubEnv('KUBERNETES_SERVICE_HOST', undefined);
    expect(await refused({ inCluster: true })).toBe('This is no pod of a cluster');
  });
});
