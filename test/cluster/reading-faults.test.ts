import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ReflectorTiming } from '../../agent/controller/reflector-timing.ts';
import { ROLLOUT } from '../../agent/kubernetes/resource.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import type { Passed } from './fault.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { PATIENT, QUICK, Reader, readersRole, rollout } from './reading-source.ts';

const isWatch = (passed: Passed): boolean => passed.isWatch && passed.path.endsWith('/rollouts');
const isList = (passed: Passed): boolean => !passed.isWatch && passed.path.endsWith('/rollouts');

describe.skipIf(!HAS_CLUSTER)('what was read of a faulty API server', () => {
  let cluster: Cluster;
  let proxy: FaultProxy;
  const open: Reader[] = [];

  beforeAll(async () => {
    cluster = await startCluster();
    proxy = await startFaultProxy(cluster);
    await cluster.apply([...readersRole('rollouts', ['rollouts']), rollout('shop', 'a'), rollout('shop', 'b')]);
  });

  afterEach(async () => {
    proxy.heal();
    await Promise.all(open.splice(0).map((reader) => reader.close()));
    await cluster.apply([rollout('shop', 'a'), rollout('shop', 'b')]);
  });

  afterAll(async () => {
    await proxy?.close();
    await cluster?.stop();
  });

  /** Reads Rollouts through the proxy. */
  async function follow(timing: Partial<ReflectorTiming> = {}): Promise<Reader> {
    const reflector = { backoff: { minMs: 100, maxMs: 1000 }, ...timing };
    const api = await cluster.connect('reader', { url: proxy.url });
    const reader = await Reader.start(api, { resources: [ROLLOUT], timing: { ...QUICK, reflector } });
    open.push(reader);
    await reader.synced();
    // Open on both sides, so that no event comes before the fault.
    await vi.waitFor(() => expect(proxy.passed.findLast(isWatch)?.status).toBe(200), PATIENT);
    return reader;
  }

  const change = (phase: string): Promise<void> => cluster.apply([rollout('shop', 'a', phase)]);
  const since = (from: number, which: (passed: Passed) => boolean): number =>
    proxy.passed.slice(from).filter(which).length;

  test('stays while the server is killed and started again, and goes on', async () => {
    const reader = await follow();
    await cluster.kill();
    await vi.waitFor(() => expect(reader.reading('rollouts.rollouts.kruise.io')?.why).toBeDefined(), PATIENT);
    expect(reader.names).toEqual(['Rollout shop/a', 'Rollout shop/b']);
    await cluster.restart();
    await change('Progressing');
    await reader.sees('shop', 'a', 'Progressing');
    await vi.waitFor(() => expect(reader.reading('rollouts.rollouts.kruise.io')?.why).toBeUndefined(), PATIENT);
  });

  test('stays while the server is frozen, and goes on when it thaws', async () => {
    const reader = await follow({ idleMs: 1000 });
    cluster.freeze();
    const before = reader.reading('rollouts.rollouts.kruise.io')?.lastProgressMs ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(reader.names).toEqual(['Rollout shop/a', 'Rollout shop/b']);
    expect(Date.now() - before).toBeGreaterThan(2000);
    cluster.thaw();
    await change('Progressing');
    await reader.sees('shop', 'a', 'Progressing');
    expect(reader.reading('rollouts.rollouts.kruise.io')?.lastProgressMs).toBeGreaterThan(before);
  });

  test('is watched again from where it was when nothing comes, without a list', async () => {
    const from = proxy.passed.length;
    const reader = await follow({ idleMs: 300 });
    await vi.waitFor(() => expect(since(from, isWatch)).toBeGreaterThan(3), PATIENT);
    expect(since(from, isList)).toBe(1);
    // A watch that is given up after 300 ms may end before it has begun, which is no trouble that stays.
    await vi.waitFor(() => expect(reader.reading('rollouts.rollouts.kruise.io')?.why).toBeUndefined(), PATIENT);
    await change('Progressing');
    await reader.sees('shop', 'a', 'Progressing');
  });

  test('loses nothing when the stream is cut in the middle of a line', async () => {
    const reader = await follow();
    const from = proxy.passed.length;
    proxy.inject({ on: isWatch, times: 1, effect: { kind: 'cut' } });
    await change('Progressing');
    await reader.sees('shop', 'a', 'Progressing');
    expect([since(from, isWatch), since(from, isList)]).toEqual([1, 0]);
  });

  test('is listed again when the server has forgotten where the watch was', async () => {
    const reader = await follow();
    const from = proxy.passed.length;
    proxy.inject({ on: isWatch, times: 1, effect: { kind: 'expire' } });
    await change('Progressing');
    await reader.sees('shop', 'a', 'Progressing');
    expect(since(from, isList)).toBe(1);
  });

  test.each([
    [429, 'TooManyRequests'],
    [500, 'InternalError'],
    [410, 'Expired'],
  ])('stays while lists and watches are answered %i %s, and goes on', async (status, reason) => {
    const reader = await follow();
    proxy.inject({ on: (passed) => isWatch(passed) || isList(passed), effect: { kind: 'answer', status, reason } });
    proxy.inject({ on: isWatch, times: 1, effect: { kind: 'expire' } });
    await change('Progressing');
    await vi.waitFor(() => expect(reader.reading('rollouts.rollouts.kruise.io')?.why).toBeDefined(), PATIENT);
    expect(reader.rollout('shop', 'a')).toMatch(/ Healthy$/);
    proxy.heal();
    await reader.sees('shop', 'a', 'Progressing');
  });

  test('is compared with what is there, and so has what the watch did not tell', async () => {
    const reader = await follow({ checkMs: 500, settleMs: 200 });
    proxy.inject({ on: isWatch, effect: { kind: 'swallow' } });
    await change('Progressing');
    await reader.sees('shop', 'a', 'Progressing');
  });

  test('is not listed again when it is compared and nothing is missing', async () => {
    const from = proxy.passed.length;
    const reader = await follow({ checkMs: 200, settleMs: 50 });
    await vi.waitFor(() => expect(since(from, isList)).toBeGreaterThan(4), PATIENT);
    expect(since(from, isWatch)).toBe(1);
    expect(reader.names).toEqual(['Rollout shop/a', 'Rollout shop/b']);
  });

  test('does not go back to a list of before, and the server gives one that is new enough', async () => {
    const path = '/apis/rollouts.kruise.io/v1beta1/rollouts';
    const reader = await follow();
    const lists = new Map([[path, JSON.stringify(await cluster.admin.request({ method: 'GET', path }))]]);
    await change('Progressing');
    await reader.sees('shop', 'a', 'Progressing');
    const phases: (string | undefined)[] = [];
    proxy.inject({ on: isList, times: 1, effect: { kind: 'stale', lists } });
    proxy.inject({ on: isWatch, times: 1, effect: { kind: 'expire' } });
    const from = proxy.passed.length;
    await cluster.apply([rollout('shop', 'b', 'Progressing')]);
    await vi.waitFor(() => {
      phases.push(reader.rollout('shop', 'a'));
      expect(reader.rollout('shop', 'b')).toMatch(/ Progressing$/);
    }, PATIENT);
    expect(new Set(phases)).toEqual(new Set(['rollouts.kruise.io/v1beta1 Progressing']));
    const [stale, again] = proxy.passed.slice(from).filter(isList);
    expect(stale?.query.get('resourceVersionMatch')).toBeNull();
    expect(again?.query.get('resourceVersionMatch')).toBe('NotOlderThan');
  });
});
