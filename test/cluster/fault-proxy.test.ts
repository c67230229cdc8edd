import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ApiServer } from '../../agent/kubernetes/api-server.ts';
import { listAt, textAt } from '../../agent/model/json.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

const path = '/api/v1/namespaces/default/configmaps';
const ROLE = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'configmaps' },
  rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['*'] }],
};
const BINDING = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'configmaps' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'configmaps' },
  subjects: [{ kind: 'User', name: 'agent', apiGroup: 'rbac.authorization.k8s.io' }],
};

describe.skipIf(!HAS_CLUSTER)('a faulty way to the API server', () => {
  let cluster: Cluster;
  let proxy: FaultProxy;
  let client: ApiServer;

  beforeAll(async () => {
    cluster = await startCluster({ crds: false });
    await cluster.apply([ROLE, BINDING]);
    proxy = await startFaultProxy(cluster);
    client = await cluster.connect('agent', { url: proxy.url });
  });

  afterEach(() => proxy.heal());

  afterAll(async () => {
    client?.close();
    await proxy?.close();
    await cluster?.stop();
  });

  const names = async (): Promise<readonly (string | undefined)[]> =>
    listAt(await client.request({ method: 'GET', path }), 'items').map((item) => textAt(item, 'metadata', 'name'));
  const make = (name: string): Promise<void> =>
    cluster.apply([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } }]);

  /** Watches until it ends; lines arrive in the list. */
  const watch = (lines: string[]): Promise<unknown> =>
    (async () => {
      const query = { watch: true, fieldSelector: 'metadata.name!=kube-root-ca.crt' };
      for await (const line of client.lines({ method: 'GET', path, query, idleMs: 20_000 })) lines.push(line);
      return 'ended';
    })().catch((error: unknown) => error);

  test('answers as it is told, as often as it is told, with Retry-After', async () => {
    proxy.inject({ times: 1, effect: { kind: 'answer', status: 429, reason: 'TooManyRequests', retryAfterS: 3 } });
    await expect(names()).rejects.toMatchObject({ status: 429, retryAfterMs: 3000 });
    await expect(names()).resolves.toEqual([]);
    expect(proxy.passed.slice(-2).map(({ status }) => status)).toEqual([429, 200]);
  });

  test('serves a list of before', async () => {
    const before = await names();
    const lists = new Map(proxy.lists);
    await make('later');
    proxy.inject({ effect: { kind: 'stale', lists } });
    expect(await names()).toEqual(before);
    proxy.heal();
    expect(await names()).toContain('later');
  });

  test('loses the answer to a request that was carried out', async () => {
    proxy.inject({ times: 1, effect: { kind: 'lose' } });
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'lost' } };
    await expect(client.request({ method: 'POST', path, body })).rejects.toMatchObject({ status: 0 });
    expect(await names()).toContain('lost');
  });

  test('swallows events of a watch that is open, and passes those after it is healed', async () => {
    const lines: string[] = [];
    const ended = watch(lines);
    await make('seen');
    await vi.waitFor(() => expect(lines.join()).toContain('"seen"'), { timeout: 10_000 });
    proxy.inject({ on: ({ isWatch }) => isWatch, times: 1, effect: { kind: 'swallow' } });
    await make('swallowed');
    await make('passed');
    await vi.waitFor(() => expect(lines.join()).toContain('"passed"'), { timeout: 10_000 });
    expect(lines.join()).not.toContain('"swallowed"');
    proxy.inject({ on: ({ isWatch }) => isWatch, times: 1, effect: { kind: 'expire' } });
    await make('expired');
    await ended;
    expect(lines.at(-1)).toContain('"reason":"Expired"');
  });

  test('cuts a watch in the middle of a line', async () => {
    const lines: string[] = [];
    const ended = watch(lines);
    await make('whole');
    await vi.waitFor(() => expect(lines.join()).toContain('"whole"'), { timeout: 10_000 });
    proxy.inject({ effect: { kind: 'cut' } });
    await make('half');
    expect(await ended).toMatchObject({ name: 'ApiError' });
    expect(lines.join()).not.toContain('"half"');
  });
});
