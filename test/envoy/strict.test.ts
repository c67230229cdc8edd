import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { EnvoyFolder } from '../../agent/targets/envoy/folder.ts';
import { freePorts } from '../../demo/ports.ts';
import { ingress, path, pod, render, route, rule, service } from '../targets/objects.ts';
import { ask, PROTOCOLS } from './ask.ts';
import { describeOnEnvoy } from './binary.ts';
import { EnvoyProcess } from './envoy-process.ts';
import { at, get } from './request.ts';
import { Upstream } from './upstream.ts';

const TAGGED = get('/secret?token=1', ['x-mse-tag', 'gray'], ['x-secret', '1']);
const nobody = (name: string): string =>
  `graylane: no gray pod of the service default/${name} can answer the tag "x-mse-tag: gray", and its mode is strict\n`;

/** What the gray pods of each Service are: there, away although Envoy has not heard of it, known to be away, or in trouble. */
const SERVICES = ['there', 'away', 'known', 'trouble', 'late-away', 'late-known'] as const;

describeOnEnvoy('a tag in a real Envoy', () => {
  let folder: string;
  let upstream: Upstream;
  let envoy: EnvoyProcess;
  let ports: ReadonlyMap<string, number>;
  const troubled = createServer((_, response) =>
    response.writeHead(503, { 'content-length': 13 }).end('our own words'),
  );

  const port = (listener: string): number => ports.get(listener) ?? 0;
  const inside = (name: string, request = TAGGED) => ask(port('inner'), 'HTTP/1.1', at(name, request));

  /** Each Service has a stable pod, and gray ones as its name says. */
  const objects = (closed: number, trouble: number): readonly KubernetesObject[] =>
    SERVICES.flatMap((name) => {
      const http = (containerPort: number) => ({ ports: [{ name: 'http', containerPort }] });
      const gray = { there: upstream.port('gray'), away: closed, trouble, 'late-away': closed }[String(name)];
      return [
        service(name, { ports: [{ port: 80, targetPort: 'http' }] }),
        pod(name, 'stable', '127.0.0.1', http(upstream.port('stable'))),
        ...(gray === undefined ? [] : [pod(name, 'gray', '127.0.0.1', http(gray))]),
      ];
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'graylane-strict-'));
    upstream = await Upstream.start('stable', 'gray');
    await new Promise<void>((resolve) => troubled.listen(0, '127.0.0.1', resolve));
    const address = troubled.address();
    const trouble = typeof address === 'object' && address !== null ? address.port : 0;
    const [closed = 0, outerPort = 0, innerPort = 0, adminPort = 0] = await freePorts(4);
    const target = await EnvoyFolder.open(folder, await readFile(PLUGIN), 0);
    const routes = SERVICES.map((name) => route(name, { mode: name.startsWith('late') ? 'fallback' : 'strict' }));
    const front = ingress('example.com', [path('/', 'away')]);
    const compiled = { pluginConfig: { revision: '1', rules: [rule] }, routes };
    const { files } = render([...objects(closed, trouble), front], compiled, target.pluginPath);
    await target.update(files, new AbortController().signal);
    await target.putBootstrap({ address: '127.0.0.1', outerPort, innerPort, adminPort });
    envoy = await EnvoyProcess.start(folder, 1);
    ports = await envoy.ports();
  });

  beforeEach(() => void upstream.take());

  afterAll(async () => {
    await envoy?.stop();
    await upstream?.stop();
    await new Promise((resolve) => troubled.close(resolve));
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  test('leads to the gray pods in the mode strict', async () => {
    expect(await inside('there')).toEqual({ status: 200, body: 'gray' });
  });

  test.each(['known', 'away'])('gets a 503 that says why in the mode strict when gray pods are %s', async (name) => {
    expect(await inside(name)).toEqual({ status: 503, body: nobody(name) });
    expect(upstream.take()).toEqual([]);
  });

  test.each(PROTOCOLS)('gets that answer from the outer listener too, in %s', async (protocol) => {
    const { status, body } = await ask(port('outer'), protocol, get('/', ['x-user-id', '100']));
    expect([status === 200, body]).toEqual([false, nobody('away')]);
    expect(await ask(port('outer'), protocol, get('/'))).toEqual({ status: 200, body: 'stable' });
  });

  test('is not looked at in requests without it', async () => {
    for (const name of ['known', 'away']) {
      expect(await inside(name, get('/'))).toEqual({ status: 200, body: 'stable' });
    }
  });

  test('gets what a gray pod itself says, whatever its status', async () => {
    expect(await inside('trouble')).toEqual({ status: 503, body: 'our own words' });
  });

  test.each(['late-known', 'late-away'])('gets the baseline in the mode fallback: %s', async (name) => {
    expect(await inside(name)).toEqual({ status: 200, body: 'stable' });
  });

  test('gets the words of Envoy where no mode has anything to do with it', async () => {
    expect((await inside('nobody')).status).toBe(404);
  });
});

const PLUGIN = new URL('../../build/plugin.wasm', import.meta.url);
