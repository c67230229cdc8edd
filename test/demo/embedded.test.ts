import { readFileSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EnvoyFolder } from '../../agent/targets/envoy/folder.ts';
import type { Ports } from '../../demo/agent.ts';
import { Cleanup } from '../../demo/cleanup.ts';
import { send } from '../../demo/curl.ts';
import { startEmbedded } from '../../demo/gateway/embedded.ts';
import type { Gateway } from '../../demo/gateway/gateway.ts';
import { freePorts } from '../../demo/ports.ts';
import { projectRoot } from '../../demo/project.ts';
import { ingress, path, pod, render, route, rule, service } from '../targets/objects.ts';

const { signal } = new AbortController();
const plugin = readFileSync(join(projectRoot(), 'build', 'plugin.wasm'));

let root = '';
let cleanup: Cleanup;
let folder: EnvoyFolder;
let pods: readonly [stable: Server, gray: Server];
let ports: Ports;
let gateway: Gateway;

/** A pod that answers with its name and the tag that it was asked with. */
async function started(name: string): Promise<Server> {
  const server = createServer((incoming, response) => {
    response.end(`${name} ${incoming.headers['x-mse-tag'] ?? 'no tag'}`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Has the agent's folder say that user 100 is led to the gray pod, or that nothing is released. */
async function release(isReleased: boolean): Promise<void> {
  const [stable, gray] = pods;
  const web = (server: Server) => ({ ports: [{ name: 'web', containerPort: portOf(server) }] });
  const { files } = render(
    [
      service('a', { ports: [{ port: 80, targetPort: 'web' }] }),
      pod('a', 'stable', '127.0.0.1', web(stable)),
      ...(isReleased ? [pod('a', 'gray', '127.0.0.1', web(gray))] : []),
      ingress('example.com', [path('/a', 'a')]),
    ],
    isReleased ? { routes: [route('a')], pluginConfig: { revision: 'r1', rules: [rule] } } : {},
    folder.pluginPath,
  );
  await folder.update(files, signal);
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'graylane-embedded-'));
  cleanup = new Cleanup();
  pods = [await started('A'), await started('Agray')];
  folder = await EnvoyFolder.open(root, plugin, 1);
  await release(true);
  const [outer = 0, inner = 0, admin = 0] = await freePorts(3);
  ports = { outer, inner, admin };
  gateway = await startEmbedded(ports, root, cleanup);
});

afterEach(async () => {
  await cleanup.close();
  for (const server of pods) {
    server.closeAllConnections();
    server.close();
  }
  await rm(root, { recursive: true });
});

type Fields = readonly (readonly [string, string])[];
const ask = async (headers: Fields = []): Promise<string> =>
  (await send({ headers }, { port: ports.outer, host: 'example.com', path: '/a' }, signal)).body;
const call = async (headers: Fields = []): Promise<string> =>
  (await send({ headers }, { port: ports.inner, host: 'a', path: '/' }, signal)).body;

describe('the embedded gateway', () => {
  test('leads user 100 to the gray pod, with the tag', async () => {
    expect(await ask([['x-user-id', '100']])).toBe('Agray gray');
  });

  test('leads everyone else to the baseline', async () => {
    expect(await ask([['x-user-id', '7']])).toBe('A no tag');
  });

  test('takes the tag from a client that sends it', async () => {
    expect(await ask([['x-mse-tag', 'gray']])).toBe('A no tag');
  });

  test('routes calls between services by the tag that they carry', async () => {
    expect(await call([['x-mse-tag', 'gray']])).toBe('Agray gray');
    expect(await call()).toBe('A no tag');
  });

  test('answers with the baseline when the gray pod is gone before the agent knows', async () => {
    pods[1].close();
    expect(await ask([['x-user-id', '100']])).toBe('A gray');
  });

  test('follows the files', async () => {
    await release(false);
    await expect.poll(() => ask([['x-user-id', '100']])).toBe('A no tag');
    await release(true);
    await expect.poll(() => ask([['x-user-id', '100']])).toBe('Agray gray');
  });

  test('says what it does not understand, and goes on with what it did', async () => {
    await writeFile(join(root, 'new'), '{"resources":[]}');
    await rename(join(root, 'new'), join(root, 'rds-outer.json'));
    expect(await gateway.died).toMatch(/cannot follow the agent's files: there is no route configuration$/);
    expect(await ask()).toBe('A no tag');
  });

  test('does not start on a port that is taken, so that others can be tried', async () => {
    const starting = startEmbedded({ ...ports, inner: portOf(pods[0]) }, root, cleanup);
    await expect(starting).rejects.toMatchObject({ name: 'PortTaken' });
  });
});
