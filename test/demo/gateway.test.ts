import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Cleanup } from '../../demo/cleanup.ts';
import { send } from '../../demo/curl.ts';
import { type Gateway, type GatewaySurroundings, openGateway } from '../../demo/gateway/gateway.ts';
import { freePorts } from '../../demo/ports.ts';
import { makeScratch } from '../../demo/scratch.ts';
import { Terminal } from '../../demo/terminal.ts';
import { describeOnEnvoy, envoy } from '../envoy/binary.ts';
import { putProgram } from './fake-programs.ts';

const { signal } = new AbortController();

let folder = '';
let shown = '';
let cleanup: Cleanup;
let surroundings: GatewaySurroundings;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graylane-gateway-'));
  shown = '';
  cleanup = new Cleanup();
  const write = (text: string): void => {
    shown += text;
  };
  surroundings = {
    scratch: makeScratch(cleanup),
    terminal: new Terminal({ write, colour: false, live: false }),
    cleanup,
    env: process.env,
    signal,
  };
});

afterEach(async () => {
  await cleanup.close();
  await rm(folder, { recursive: true });
});

/** A server on a port that the first attempt wants, and a choice of ports that wants it. */
async function clash(which: number): Promise<Pick<GatewaySurroundings, 'takePorts'>> {
  const [taken = 0] = await freePorts(1);
  const server = await listening(taken);
  cleanup.add({ close: () => void server.close() });
  let attempts = 0;
  return {
    takePorts: async (count) => {
      const free = await freePorts(count);
      attempts += 1;
      return attempts === 1 ? free.with(which, taken) : free;
    },
  };
}

async function listening(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

const ask = async ({ ports }: Gateway): Promise<number> =>
  (await send({ headers: [] }, { port: ports.outer, host: 'example.com', path: '/a' }, signal)).status;

const withoutEnvoy = (): GatewaySurroundings => ({ ...surroundings, env: { ENVOY_BIN: join(folder, 'none') } });

describe('the embedded gateway', () => {
  test('takes other ports when one has been taken', async () => {
    const gateway = await openGateway('embedded', { ...surroundings, ...(await clash(1)) });
    expect(await ask(gateway)).toBe(404);
  });

  test('gives up when ports are taken again and again', async () => {
    const taken = await freePorts(3);
    for (const server of await Promise.all(taken.map(listening))) cleanup.add({ close: () => void server.close() });
    const opening = openGateway('embedded', { ...surroundings, takePorts: async () => taken });
    await expect(opening).rejects.toThrow('5 times in a row somebody else took a port');
  });

  test('takes the place of an Envoy that cannot be had, and says why', async () => {
    const gateway = await openGateway('auto', withoutEnvoy());
    expect(gateway.name).toBe('the embedded gateway, which runs the same plugin');
    expect(shown).toContain('No Envoy can be had');
    expect(shown).toContain(`ENVOY_BIN is ${join(folder, 'none')}, but`);
  });

  test('does not when Envoy was asked for', async () => {
    await expect(openGateway('envoy', withoutEnvoy())).rejects.toThrow(/^no Envoy can be had: ENVOY_BIN is/);
  });
});

describeOnEnvoy('Envoy', () => {
  test.each([
    ['outer', 0],
    ['inner', 1],
    ['admin', 2],
  ])('takes other ports when its %s port has been taken', async (_name, which) => {
    const { path, version } = envoy();
    const gateway = await openGateway('envoy', {
      ...surroundings,
      ...(await clash(which)),
      env: { ...process.env, ENVOY_BIN: path },
    });
    expect(await ask(gateway)).toBe(404);
    expect(gateway.name).toBe(`Envoy ${version} (${path}, from ENVOY_BIN)`);
  });
});

describe('an Envoy that does not start', () => {
  test('is explained by its last words', async () => {
    const script = `
if (process.argv.includes('--version')) console.log('x version: 1/1.40.0/Clean/RELEASE/BoringSSL');
else { console.error('no space left'); process.exit(3); }`;
    const path = await putProgram(join(folder, 'envoy'), script);
    await expect(openGateway('auto', { ...surroundings, env: { ENVOY_BIN: path } })).rejects.toThrow(
      'Envoy ended while it started: exit code 3\nno space left',
    );
  });
});
