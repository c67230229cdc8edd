import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ReflectorTiming } from '../../agent/controller/reflector-timing.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { PATIENT, QUICK, Reader, rollout, TappedApi } from './reading-source.ts';

/** Today's watch cache, bookmarks and lists; nothing but custom resources. */
describe.skipIf(!HAS_CLUSTER)('the objects of an API server of today', () => {
  let cluster: Cluster;
  const open: Reader[] = [];

  beforeAll(async () => {
    cluster = await startCluster({ server: 'apiextensions-apiserver' });
    await cluster.apply([rollout('shop', 'a'), rollout('shop', 'b')]);
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((reader) => reader.close()));
    await cluster.apply([rollout('shop', 'a'), rollout('shop', 'b')]);
  });

  afterAll(() => cluster.stop());

  async function follow(timing: Partial<ReflectorTiming> = {}): Promise<readonly [Reader, TappedApi]> {
    const api = new TappedApi(await cluster.connect());
    const reflector = { backoff: { minMs: 100, maxMs: 1000 }, ...timing };
    const reader = await Reader.start(api, { timing: { ...QUICK, reflector } });
    open.push(reader);
    return [await reader.synced(), api];
  }

  const change = (phase: string): Promise<void> => cluster.apply([rollout('shop', 'a', phase)]);
  const ofRollouts = (requests: readonly { readonly path: string }[]): number =>
    requests.filter(({ path }) => path.endsWith('/rollouts')).length;

  test('are read and followed; what it does not serve is absent', async () => {
    const [reader] = await follow();
    expect(reader.names).toEqual(['Rollout shop/a', 'Rollout shop/b']);
    expect(reader.reading('pods')?.state).toBe('absent');
    await change('Progressing');
    await reader.sees('shop', 'a', 'Progressing');
  });

  test('stay while it is killed and started again', async () => {
    const [reader] = await follow();
    await cluster.kill();
    await vi.waitFor(() => expect(reader.reading('rollouts.rollouts.kruise.io')?.why).toBeDefined(), PATIENT);
    expect(reader.names).toEqual(['Rollout shop/a', 'Rollout shop/b']);
    await cluster.restart();
    await change('Progressing');
    await reader.sees('shop', 'a', 'Progressing');
  });

  test('stay while it is frozen', async () => {
    const [reader] = await follow({ idleMs: 1000 });
    cluster.freeze();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(reader.names).toEqual(['Rollout shop/a', 'Rollout shop/b']);
    cluster.thaw();
    await change('Progressing');
    await reader.sees('shop', 'a', 'Progressing');
  });

  test('are watched again from where they were when nothing comes', async () => {
    const [reader, { lists, watches }] = await follow({ idleMs: 300 });
    await vi.waitFor(() => expect(ofRollouts(watches)).toBeGreaterThan(3), PATIENT);
    expect(ofRollouts(lists)).toBe(1);
    await change('Progressing');
    await reader.sees('shop', 'a', 'Progressing');
  });

  test('are compared by their metadata alone, and found equal', async () => {
    const [, { lists, watches }] = await follow({ checkMs: 200, settleMs: 50 });
    await vi.waitFor(() => expect(ofRollouts(lists)).toBeGreaterThan(4), PATIENT);
    expect(lists.filter(({ path, accept }) => path.endsWith('/rollouts') && accept === undefined)).toHaveLength(1);
    expect(ofRollouts(watches)).toBe(1);
  });

  test('are compared, and so what the watch did not tell is found', async () => {
    const [reader, api] = await follow({ checkMs: 500, settleMs: 200 });
    api.swallows = true;
    await change('Progressing');
    await reader.sees('shop', 'a', 'Progressing');
  });
});
