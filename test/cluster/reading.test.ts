import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { connect } from '../../agent/kubernetes/kubeconfig.ts';
import { SILENT } from '../../agent/log.ts';
import { KubernetesSource, type KubernetesSourceOptions } from '../../agent/sources/kubernetes.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';

const PATIENT = { timeout: 30_000, interval: 50 };

const rollout = (namespace: string, name: string, phase = 'Healthy'): object => ({
  apiVersion: 'rollouts.kruise.io/v1beta1',
  kind: 'Rollout',
  metadata: { name, namespace },
  spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, strategy: { canary: { steps: [] } } },
  status: { phase, currentStepIndex: 1, currentStepState: 'Completed' },
});

describe.skipIf(!HAS_CLUSTER)('a source on a real API server', () => {
  let cluster: Cluster;
  const open: KubernetesSource[] = [];

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterEach(() => Promise.all(open.splice(0).map((source) => source.close())));

  afterAll(() => cluster.stop());

  async function read(options: Partial<KubernetesSourceOptions> = {}): Promise<KubernetesSource> {
    const api = options.api ?? (await connect({ kubeconfig: await cluster.kubeconfig() }));
    const source = new KubernetesSource({
      namespaces: 'all',
      log: SILENT,
      timing: { absentAtStartMs: 500, absentAfterSyncMs: 2000, discoveryMs: 1000 },
      ...options,
      api,
    });
    open.push(source);
    await source.start(() => undefined);
    await vi.waitFor(() => expect(source.state()).toBeDefined(), PATIENT);
    return source;
  }

  test('reads', async () => {
    await cluster.apply([rollout('shop', 'a')]);
    const source = await read();
    console.log(source.readings());
    console.log(JSON.stringify([...(source.state()?.namespaces ?? [])].slice(0, 6)), source.state()?.diagnostics);
    await cluster.apply([rollout('shop', 'a', 'Progressing')]);
    await vi.waitFor(
      () => expect(JSON.stringify(source.state()?.namespaces.get('shop'))).toContain('Progressing'),
      PATIENT,
    );
  });
});
