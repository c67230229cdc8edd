import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { at, isFields, listAt, textAt } from '../../agent/model/json.ts';
import { type Ended, graylane } from '../cli/terminal.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { stepPaused } from './released-lane.ts';

const ROLLOUTS = '/apis/rollouts.kruise.io/v1alpha1/namespaces/default/rollouts';

const ROLLOUT = {
  apiVersion: 'rollouts.kruise.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'a', namespace: 'default' },
  spec: {
    objectRef: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' } },
    strategy: {
      canary: {
        steps: [
          {
            replicas: 1,
            pause: {},
            matches: [{ headers: [{ type: 'Exact', name: 'x-user-id', value: '100' }] }],
            requestHeaderModifier: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
          },
        ],
      },
    },
  },
  status: stepPaused(1),
};

/** The definition of Rollouts as Kruise 0.3 and 0.4 have it: without v1beta1. */
function oldDefinition(): object {
  const path = fileURLToPath(new URL('../fixtures/crds/rollouts.kruise.io_rollouts.yaml', import.meta.url));
  const definition: unknown = parse(readFileSync(path, 'utf8'));
  const spec = at(definition, 'spec');
  const versions = listAt(spec, 'versions')
    .filter((version) => textAt(version, 'name') === 'v1alpha1')
    .map((version) => ({ ...(isFields(version) && version), storage: true }));
  return { ...(isFields(definition) && definition), spec: { ...(isFields(spec) && spec), versions } };
}

// This server knows custom resources alone: no pods, no Services, no workloads.
describe.skipIf(!HAS_CLUSTER)('a cluster with v1alpha1 alone and nothing else', () => {
  let cluster: Cluster;
  let kubeconfig: string;

  beforeAll(async () => {
    cluster = await startCluster({ server: 'apiextensions-apiserver', crds: false });
    kubeconfig = await cluster.kubeconfig();
    await cluster.apply([oldDefinition(), ROLLOUT]);
  });

  afterAll(() => cluster.stop());

  const run = (...words: readonly string[]): Promise<Ended> => graylane([...words, '--kubeconfig', kubeconfig]);

  test('has lanes', async () => {
    expect((await run('describe', 'lane', 'a')).out).toContain(
      '\nMembers:\n  default/a   live   step 1 StepPaused, 1 gray pod ready\n',
    );
  });

  test('has no WasmPlugin to compare with, which is told', async () => {
    expect((await run('diff')).err).toMatch(
      /^error GL5007: The cluster does not serve wasmplugins\.extensions\.higress\.io\. Install what brings it, /,
    );
  });

  test('has steps to approve', async () => {
    expect((await run('approve', 'a', '--timeout', '0.3')).err).toContain('error GL6003: ');
    const after = await cluster.admin.request({ method: 'GET', path: `${ROLLOUTS}/a` });
    expect(at(after, 'status', 'canaryStatus', 'currentStepState')).toBe('StepReady');
  });

  test('has releases to pause', async () => {
    expect((await run('pause', 'a')).out).toBe('Rollout default/a is paused\n');
    const after = await cluster.admin.request({ method: 'GET', path: `${ROLLOUTS}/a` });
    expect(at(after, 'spec', 'strategy', 'paused')).toBe(true);
  });
});
