import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiError } from '../../agent/kubernetes/api-server.ts';
import { at, textAt } from '../../agent/model/json.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';

const ROLLOUTS = '/apis/rollouts.kruise.io/v1beta1/namespaces/shop/rollouts';
const PODS = '/api/v1/namespaces/default/pods';

const ROLLOUT = {
  apiVersion: 'rollouts.kruise.io/v1beta1',
  kind: 'Rollout',
  metadata: { name: 'a', namespace: 'shop' },
  spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' }, strategy: { canary: { steps: [] } } },
  status: { phase: 'Healthy', currentStepIndex: 1, currentStepState: 'Completed' },
};

describe.skipIf(!HAS_CLUSTER)('a test cluster', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterAll(() => cluster?.stop());

  test('takes an object with its status, makes its namespace, and replaces it', async () => {
    await cluster.apply([ROLLOUT]);
    await cluster.apply([{ ...ROLLOUT, status: { ...ROLLOUT.status, phase: 'Progressing' } }]);
    const found = await cluster.admin.request({ method: 'GET', path: `${ROLLOUTS}/a` });
    expect(at(found, 'status')).toEqual({ ...ROLLOUT.status, phase: 'Progressing' });
  });

  test('refuses a user to whom nothing was granted', async () => {
    const stranger = await cluster.connect('stranger');
    await expect(stranger.request({ method: 'GET', path: PODS })).rejects.toMatchObject({ status: 403 });
    stranger.close();
  });

  test('knows a ServiceAccount by a token of its own', async () => {
    await cluster.apply([
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace: 'default' } },
    ]);
    const robot = await cluster.connect('system:serviceaccount:default:robot');
    const refusal = robot.request({ method: 'GET', path: PODS });
    await expect(refusal).rejects.toThrow(/"system:serviceaccount:default:robot" cannot list/);
    robot.close();
  });

  test('gives no answer while it is frozen, and has everything when it thaws', async () => {
    cluster.freeze();
    try {
      const pending = cluster.admin.request({ method: 'GET', path: PODS, timeoutMs: 300 });
      await expect(pending).rejects.toBeInstanceOf(ApiError);
    } finally {
      cluster.thaw();
    }
    expect(textAt(await cluster.admin.request({ method: 'GET', path: PODS }), 'kind')).toBe('PodList');
  });

  test('has everything on the same port after it was killed and started again', async () => {
    await cluster.apply([ROLLOUT]);
    await cluster.kill();
    await expect(cluster.admin.request({ method: 'GET', path: PODS })).rejects.toBeInstanceOf(ApiError);
    await cluster.restart();
    const found = await cluster.admin.request({ method: 'GET', path: `${ROLLOUTS}/a` });
    expect(textAt(found, 'status', 'phase')).toBe('Healthy');
  });
});
