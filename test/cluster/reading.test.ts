import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ApiServer } from '../../agent/kubernetes/api-server.ts';
import { READ_RESOURCES } from '../../agent/kubernetes/resource.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { PATIENT, QUICK, Reader, readersRole, rollout, TappedApi } from './reading-source.ts';

const EVERYTHING = READ_RESOURCES.map(([{ plural }]) => plural);
const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a', namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: 'a' } },
    template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'main', image: 'a:v1' }] } },
  },
};

describe.skipIf(!HAS_CLUSTER)('the objects of a cluster', () => {
  let cluster: Cluster;
  const open: Reader[] = [];

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((reader) => reader.close()));
    for (const namespace of ['shop', 'bank', 'park', 'meadow']) {
      await remove(`/apis/rollouts.kruise.io/v1beta1/namespaces/${namespace}/rollouts`);
    }
    await remove('/apis/apps/v1/namespaces/shop/deployments');
  });

  afterAll(() => cluster.stop());

  const remove = (path: string): Promise<unknown> => cluster.admin.request({ method: 'DELETE', path });

  async function start(
    options: Parameters<typeof Reader.start>[1] = {},
    user?: string,
    tap = (api: ApiServer): ApiServer => api,
  ): Promise<Reader> {
    const reader = await Reader.start(tap(await cluster.connect(user)), options);
    open.push(reader);
    return reader;
  }

  /** Reads everything, and what is asked for that. */
  async function tapped(options: Parameters<typeof Reader.start>[1] = {}): Promise<readonly [Reader, TappedApi]> {
    const taps: TappedApi[] = [];
    const reader = await start(options, undefined, (api) => {
      const tap = new TappedApi(api);
      taps.push(tap);
      return tap;
    });
    const [tap] = taps;
    if (tap === undefined) throw new Error('not tapped');
    await reader.synced();
    return [reader, tap];
  }

  test('are read once, and followed from then on', async () => {
    await cluster.apply([rollout('shop', 'a'), DEPLOYMENT]);
    const reader = await (await start()).synced();
    expect(reader.names).toEqual(['Deployment shop/a', 'Rollout shop/a']);
    await cluster.apply([rollout('shop', 'a', 'Progressing'), rollout('bank', 'b')]);
    await reader.sees('shop', 'a', 'Progressing');
    await reader.sees('bank', 'b', 'Healthy');
    await remove('/apis/rollouts.kruise.io/v1beta1/namespaces/shop/rollouts/a');
    await vi.waitFor(() => expect(reader.names).toEqual(['Deployment shop/a', 'Rollout bank/b']), PATIENT);
  });

  test('of an API that the cluster does not have are absent, and nothing is said about that', async () => {
    const reader = await (await start()).synced();
    const absent = reader.source.readings().filter(({ state }) => state === 'absent');
    expect(absent.map(({ resource }) => resource)).toEqual([
      'clonesets.apps.kruise.io',
      'statefulsets.apps.kruise.io',
      'daemonsets.apps.kruise.io',
      'httproutes.gateway.networking.k8s.io',
    ]);
    expect(reader.source.state()?.diagnostics).toEqual([]);
  });

  test('that did not change in a namespace are the same list', async () => {
    await cluster.apply([rollout('shop', 'a'), rollout('bank', 'b')]);
    const reader = await (await start()).synced();
    const before = reader.source.state()?.namespaces;
    await cluster.apply([rollout('bank', 'b', 'Progressing')]);
    await reader.sees('bank', 'b', 'Progressing');
    const after = reader.source.state()?.namespaces;
    expect(after?.get('shop')).toBe(before?.get('shop'));
    expect(after?.get('bank')).not.toBe(before?.get('bank'));
  });

  test('are all there when there are many', async () => {
    const names = Array.from({ length: 1200 }, (_, index) => `r-${String(index).padStart(4, '0')}`);
    const path = '/apis/rollouts.kruise.io/v1beta1/namespaces/shop/rollouts';
    const make = async (name: string | undefined): Promise<void> => {
      if (name === undefined) return;
      await cluster.admin.request({ method: 'POST', path, body: rollout('shop', name) });
      await make(rest.pop());
    };
    const rest = [...names];
    await cluster.apply([rollout('shop', 'first')]);
    await Promise.all(Array.from({ length: 20 }, () => make(rest.pop())));
    const [reader, { lists }] = await tapped();
    expect(reader.names).toEqual(['Rollout shop/first', ...names.map((name) => `Rollout shop/${name}`)]);
    expect(lists.filter((request) => request.path.endsWith('/rollouts'))).toHaveLength(3);
    await cluster.apply([rollout('shop', 'r-1199', 'Progressing')]);
    await reader.sees('shop', 'r-1199', 'Progressing');
  });

  test('of other namespaces than those that are wanted are not read, nor is the right to needed', async () => {
    await cluster.apply([rollout('shop', 'a'), rollout('bank', 'b'), rollout('park', 'c')]);
    await cluster.apply([...readersRole('some', EVERYTHING, 'shop'), ...readersRole('some', EVERYTHING, 'bank')]);
    const reader = await (await start({ namespaces: ['shop', 'bank'] }, 'reader')).synced();
    expect(reader.names).toEqual(['Rollout bank/b', 'Rollout shop/a']);
    expect(reader.reading('rollouts.rollouts.kruise.io')).toMatchObject({ state: 'synced', objects: 2 });
    await cluster.apply([rollout('bank', 'd')]);
    await reader.sees('bank', 'd', 'Healthy');
    await remove('/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings/some');
    await remove('/apis/rbac.authorization.k8s.io/v1/namespaces/bank/rolebindings/some');
  });

  test('of a namespace that does not exist are none, until it does', async () => {
    const reader = await (await start({ namespaces: ['meadow'] })).synced();
    expect(reader.names).toEqual([]);
    await cluster.apply([rollout('meadow', 'a')]);
    await reader.sees('meadow', 'a', 'Healthy');
  });

  test('are not known while one kind may not be read, and are as soon as it may', async () => {
    await cluster.apply([rollout('shop', 'a')]);
    await cluster.apply(
      readersRole(
        'most',
        EVERYTHING.filter((plural) => plural !== 'pods'),
      ),
    );
    const reader = await start({}, 'reader');
    await vi.waitFor(() => expect(reader.reading('pods')?.why).toMatch(/cannot list resource "pods"/), PATIENT);
    await vi.waitFor(() => expect(reader.reading('rollouts.rollouts.kruise.io')?.state).toBe('synced'), PATIENT);
    expect(reader.source.state()).toBeUndefined();
    expect(reader.source.diagnostics).toMatchObject([{ reason: 'ApiForbidden', object: { name: 'pods' } }]);
    expect(reader.changes).toBeGreaterThan(0);
    await cluster.apply(readersRole('rest', ['pods']));
    await reader.synced();
    expect(reader.names).toEqual(['Rollout shop/a']);
    expect(reader.source.state()?.diagnostics).toEqual([]);
  });

  test('stay when the right to read them is taken away, and it is said what is missing', async () => {
    await cluster.apply([
      rollout('shop', 'a'),
      ...readersRole(
        'most',
        EVERYTHING.filter((plural) => plural !== 'rollouts'),
      ),
    ]);
    await cluster.apply(readersRole('rest', ['rollouts']));
    const timing = { ...QUICK, reflector: { idleMs: 500 } };
    const reader = await (await start({ timing }, 'reader')).synced();
    await remove('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/rest');
    await vi.waitFor(() => expect(reader.source.state()?.diagnostics).toHaveLength(1), PATIENT);
    expect(reader.source.state()?.diagnostics[0]).toMatchObject({
      severity: 'error',
      reason: 'ApiForbidden',
      message: expect.stringContaining('may not get, list and watch rollouts.rollouts.kruise.io in all namespaces'),
    });
    expect(reader.names).toEqual(['Rollout shop/a']);
    await cluster.apply(readersRole('rest', ['rollouts']));
    await vi.waitFor(() => expect(reader.source.state()?.diagnostics).toEqual([]), PATIENT);
  });

  test('are asked for at most once a second when nothing happens', async () => {
    const [reader, { lists, watches }] = await tapped({ timing: { absentAtStartMs: 1000 } });
    await vi.waitFor(() => expect(watches).toHaveLength(9), PATIENT);
    const before = lists.length + watches.length;
    const seconds = 8;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    expect(lists.length + watches.length - before).toBeLessThanOrEqual(seconds);
    expect(reader.source.readings().every(({ state }) => state !== 'reading')).toBe(true);
  });
});
