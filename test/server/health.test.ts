import { describe, expect, test, vi } from 'vitest';
import type { View } from '../../agent/controller/view.ts';
import { served } from './served.ts';
import { NOW, unsyncedView, viewOf } from './view.ts';

const asked = async (path: string, view: View): Promise<readonly [status: number, body: unknown]> => {
  const server = await served({ view });
  const response = await server.get(path);
  const body = await response.json();
  await server.close();
  return [response.status, body];
};

/** The checks that fail, with what is said of them. */
const failing = async (view: View): Promise<unknown> => {
  const [status, body] = await asked('/readyz', view);
  expect(body).toMatchObject({ ready: status === 200 });
  return Object.assign({ checks: [] }, body).checks.filter(({ ok }: { readonly ok: boolean }) => !ok);
};

const reading = (agoMs: number): View =>
  viewOf({
    readings: [
      { resource: 'pods', state: 'synced', objects: 1, lastProgressMs: NOW },
      { resource: 'rollouts.rollouts.kruise.io', state: 'synced', objects: 1, lastProgressMs: NOW - agoMs },
    ],
  });

describe('/readyz', () => {
  test('is 200 when everything was read, is still read, and the agent is not stopping', async () => {
    expect(await failing(viewOf())).toEqual([]);
  });

  test('is 200 for a follower, which answers as well as the leader', async () => {
    expect(await failing(viewOf({ leadership: { ...viewOf().leadership, isLeader: false } }))).toEqual([]);
  });

  test('fails until everything was read, and names what is missing and why', async () => {
    expect(await failing(unsyncedView())).toEqual([
      { name: 'synced', ok: false, message: 'not read yet: rollouts.rollouts.kruise.io (forbidden)' },
    ]);
  });

  test('fails when everything was read and nothing could be compiled', async () => {
    expect(await failing(viewOf({ compiled: undefined }))).toEqual([
      { name: 'synced', ok: false, message: 'nothing is compiled yet' },
    ]);
  });

  test('fails when a watch has been silent for more than five minutes, and names it', async () => {
    expect(await failing(reading(300_000))).toEqual([]);
    expect(await failing(reading(301_000))).toEqual([
      {
        name: 'reading',
        ok: false,
        message: 'no list and no sign of life of the watch: rollouts.rollouts.kruise.io for 301 s',
      },
    ]);
  });

  test('fails when the agent is stopping', async () => {
    expect(await failing(viewOf({ isStopping: true }))).toEqual([
      { name: 'serving', ok: false, message: 'the agent is stopping' },
    ]);
  });

  test('names everything that fails', async () => {
    expect(await failing({ ...reading(400_000), compiled: undefined, isStopping: true })).toMatchObject([
      { name: 'synced' },
      { name: 'reading' },
      { name: 'serving' },
    ]);
  });
});

describe('/healthz', () => {
  test('is 200 whether anything was read or not', async () => {
    expect(await asked('/healthz', unsyncedView())).toEqual([200, { alive: true, lagSeconds: expect.any(Number) }]);
  });

  test('fails while the event loop is later than its limit, and recovers', async () => {
    const server = await served({ limits: { lagMs: 1500 } });
    const answer = server.get('/healthz');
    // Blocks everything that this process does.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
    const response = await answer;
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ alive: false });
    await vi.waitFor(async () => expect((await server.get('/healthz')).status).toBe(200), { timeout: 20_000 });
    await server.close();
  });
});
