import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ApiServer } from '../../agent/kubernetes/api-server.ts';
import { at, listAt, textAt } from '../../agent/model/json.ts';
import { type Ended, graylane } from '../cli/terminal.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { grant } from './grant.ts';
import { deploymentOf, rolloutOf, stepPaused } from './released-lane.ts';

const IMAGE = ['spec', 'template', 'spec', 'containers', 0, 'image'] as const;

/** CloneSet, as far as the API server is concerned. */
const CLONE_SET = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'clonesets.apps.kruise.io' },
  spec: {
    group: 'apps.kruise.io',
    scope: 'Namespaced',
    names: { kind: 'CloneSet', plural: 'clonesets', singular: 'cloneset', listKind: 'CloneSetList' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

describe.skipIf(!HAS_CLUSTER)('graylane rollback', () => {
  let cluster: Cluster;
  let admin: ApiServer;
  let kubeconfig: string;

  beforeAll(async () => {
    cluster = await startCluster({ controllers: true });
    admin = cluster.admin;
    kubeconfig = await cluster.kubeconfig();
    await cluster.apply([CLONE_SET]);
  });

  afterAll(() => cluster.stop());

  const rollback = (...words: readonly string[]): Promise<Ended> =>
    graylane(['rollback', ...words, '--kubeconfig', kubeconfig]);

  const get = (path: string): Promise<unknown> => admin.request({ method: 'GET', path });

  const deploymentIn = (namespace: string): Promise<unknown> =>
    get(`/apis/apps/v1/namespaces/${namespace}/deployments/a`);

  const patchDeployment = (namespace: string, body: object): Promise<unknown> =>
    admin.request({
      method: 'PATCH',
      path: `/apis/apps/v1/namespaces/${namespace}/deployments/a`,
      contentType: 'application/merge-patch+json',
      body,
    });

  /** A Rollout at step 1, whose stable revision is that one. */
  const releasing = (namespace: string, stableRevision: string, more: object = {}, reason?: string): object => {
    const status = stepPaused(1, 'StepPaused', reason);
    const canaryStatus = { ...Object(at(status, 'canaryStatus')), stableRevision };
    return rolloutOf(namespace, 'a', { ...status, canaryStatus, ...more });
  };

  /** A Deployment `a` that was v1 and is v2 now, held as Kruise holds it; returns the hash of v1. */
  const release = async (namespace: string): Promise<string> => {
    await cluster.apply([deploymentOf(namespace, 'a', 'v1')]);
    const stable = await vi.waitFor(
      async () => {
        const found = await get(`/apis/apps/v1/namespaces/${namespace}/replicasets`);
        const hash = textAt(listAt(found, 'items')[0], 'metadata', 'labels', 'pod-template-hash');
        if (hash === undefined) throw new Error('no ReplicaSet yet');
        return hash;
      },
      { timeout: 20_000 },
    );
    const template = { spec: { containers: [{ name: 'main', image: 'registry.example/app:v2' }] } };
    await patchDeployment(namespace, { spec: { paused: true, template } });
    await cluster.apply([releasing(namespace, stable)]);
    return stable;
  };

  test('puts the template of a Deployment back, which Kubernetes takes for the same revision', async () => {
    const stable = await release('back');
    expect(await rollback('back/a')).toEqual({
      code: 0,
      out: `Rollout back/a: put Deployment back/a to the template of revision ${stable}\n`,
      err: '',
    });
    const after = await deploymentIn('back');
    expect(at(after, ...IMAGE)).toBe('registry.example/app:v1');
    expect(at(after, 'spec', 'template', 'metadata', 'labels')).toEqual({ app: 'a' });
    await patchDeployment('back', { spec: { paused: false } });
    await vi.waitFor(
      async () => {
        const now = await deploymentIn('back');
        expect(at(now, 'status', 'observedGeneration')).toBe(at(now, 'metadata', 'generation'));
      },
      { timeout: 20_000 },
    );
    const sets = listAt(await get('/apis/apps/v1/namespaces/back/replicasets'), 'items');
    expect(sets.map((set) => textAt(set, 'metadata', 'labels', 'pod-template-hash'))).toEqual([stable]);
  });

  test('shows the patch and changes nothing with --dry-run', async () => {
    const stable = await release('dry');
    const before = await deploymentIn('dry');
    const { code, out, err } = await rollback('a', '-n', 'dry', '--dry-run');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([
      // Whichever it was: controllers may have written a status meanwhile.
      { op: 'replace', path: '/metadata/resourceVersion', value: expect.stringMatching(/^\d+$/) },
      {
        op: 'replace',
        path: '/spec/template',
        value: expect.objectContaining({ metadata: { creationTimestamp: null, labels: { app: 'a' } } }),
      },
    ]);
    expect(at(JSON.parse(out), 1, 'value', 'spec', 'containers', 0, 'image')).toBe('registry.example/app:v1');
    expect(err).toBe(
      `note: dry run: the API server would take this patch, which puts Deployment dry/a to the template of revision ${stable}\n`,
    );
    expect(at(await deploymentIn('dry'), 'spec')).toEqual(at(before, 'spec'));
  });

  test('undoes nothing that changed after it had looked', async () => {
    const stable = await release('race');
    const seen = await deploymentIn('race');
    await patchDeployment('race', { metadata: { annotations: { other: 'change' } } });
    const body = [
      { op: 'replace', path: '/metadata/resourceVersion', value: at(seen, 'metadata', 'resourceVersion') },
      { op: 'replace', path: '/spec/replicas', value: 7 },
    ];
    const path = '/apis/apps/v1/namespaces/race/deployments/a';
    const contentType = 'application/json-patch+json';
    await expect(admin.request({ method: 'PATCH', path, contentType, body })).rejects.toMatchObject({ status: 409 });
    expect((await rollback('race/a')).out).toContain(`revision ${stable}`);
    expect(at(await deploymentIn('race'), 'metadata', 'annotations', 'other')).toBe('change');
  });

  test('says when the template is the stable one already', async () => {
    const stable = await release('same');
    await rollback('same/a');
    expect((await rollback('same/a')).err).toBe(
      `error GL6004: Deployment same/a has the template of the stable revision ${stable} already. To go back to a version before the stable one, release it like a new one.\n`,
    );
  });

  test('says that Kruise acts on it later while the release is paused', async () => {
    await release('held');
    await graylane(['pause', 'held/a', '--kubeconfig', kubeconfig]);
    const { code, err } = await rollback('held/a');
    expect([code, err]).toEqual([
      0,
      'note: the release is paused, so Kruise takes this up when it is resumed: graylane resume held/a\n',
    ]);
  });

  test.each([
    ['is healthy', { phase: 'Healthy' }, 'InRolling', 'no release under way'],
    ['is being rolled back', {}, 'Cancelling', 'being rolled back'],
    ['is completing', {}, 'Finalising', 'completing'],
    ['is being prepared', {}, 'Initializing', 'the release is being prepared; try again in a few seconds'],
  ])('changes nothing while the Rollout %s', async (_, more, reason, words) => {
    await cluster.apply([deploymentOf('idle', 'a', 'v2'), releasing('idle', 'stable', more, reason)]);
    expect(await rollback('idle/a')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(new RegExp(`^error GL6004: Rollout idle/a cannot be rolled back now: ${words}\\. `)),
    });
  });

  test('says when the revision is not kept any more', async () => {
    await release('lost');
    await cluster.apply([releasing('lost', '7cff68b9cf')]);
    expect((await rollback('lost/a')).err).toMatch(
      /^error GL6005: Deployment lost\/a keeps no revision 7cff68b9cf\. .*revisionHistoryLimit/,
    );
  });

  test('says when there is no workload', async () => {
    await cluster.apply([releasing('none', 'stable')]);
    expect((await rollback('none/a')).err).toMatch(/^error GL5006: Cannot read Deployment none\/a: .+ not found\. /);
  });

  test.each([
    ['StatefulSet', 'apps/v1', 'stateful', 'a-5d4f'],
    ['CloneSet', 'apps.kruise.io/v1alpha1', 'cloned', '5d4f'],
  ])('finds the revision of a %s', async (kind, apiVersion, namespace, stableRevision) => {
    const path = `/apis/${apiVersion}/namespaces/${namespace}/${kind.toLowerCase()}s`;
    const template = (version: string): object => ({
      metadata: { labels: { app: 'a' } },
      spec: { containers: [{ name: 'main', image: `registry.example/app:${version}` }] },
    });
    const spec = { serviceName: 'a', replicas: 0, selector: { matchLabels: { app: 'a' } } };
    const setOf = async (name: string, version: string): Promise<object> => {
      const metadata = { name, namespace };
      await cluster.apply([{ apiVersion, kind, metadata, spec: { ...spec, template: template(version) } }]);
      const uid = textAt(await get(`${path}/${name}`), 'metadata', 'uid');
      return { apiVersion, kind, name, uid, controller: true };
    };
    const [own, other] = [await setOf('a', 'v2'), await setOf('z', 'v2')];
    const rollout = releasing(namespace, stableRevision);
    const workloadRef = { apiVersion, kind, name: 'a' };
    await cluster.apply([
      // Has the same hash, and belongs to another workload.
      revisionOf(namespace, '0-5d4f', other, template('v0')),
      revisionOf(namespace, 'a-5d4f', own, template('v1')),
      { ...rollout, spec: { ...Object(at(rollout, 'spec')), workloadRef } },
    ]);
    expect((await rollback(`${namespace}/a`)).out).toBe(
      `Rollout ${namespace}/a: put ${kind} ${namespace}/a to the template of revision ${stableRevision}\n`,
    );
    const after = await get(`${path}/a`);
    expect(at(after, ...IMAGE)).toBe('registry.example/app:v1');
    expect(at(after, 'spec', 'template', '$patch')).toBeUndefined();
  });

  test('needs no more rights than docs/cli.md says', async () => {
    await release('rights');
    await cluster.apply(
      grant('writer', 'rights', [
        { apiGroups: ['rollouts.kruise.io'], resources: ['rollouts'], verbs: ['get'] },
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] },
        { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['list'] },
      ]),
    );
    const words = ['rollback', 'rights/a', '--kubeconfig', await cluster.kubeconfig('writer')];
    expect(await graylane(words)).toMatchObject({ code: 0, err: '' });
  });

  test("shows what Kruise's webhook says while its controller is down, and what to do", async () => {
    const labels = { webhook: 'down' };
    await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'down', labels } }]);
    await release('down');
    await cluster.apply([
      { ...WEBHOOK, webhooks: [{ ...WEBHOOK.webhooks[0], namespaceSelector: { matchLabels: labels } }] },
    ]);
    await vi.waitFor(
      async () => {
        expect(await rollback('down/a', '--dry-run')).toMatchObject({
          code: 1,
          err: expect.stringMatching(
            /^error GL5009: Cannot change Deployment down\/a: .*failed calling webhook "mdeployment\.kb\.io".* kubectl get pods -n kruise-rollout\. Then try again\.\n$/,
          ),
        });
      },
      { timeout: 20_000 },
    );
    expect(at(await deploymentIn('down'), ...IMAGE)).toBe('registry.example/app:v2');
  });
});

/** A webhook that nobody serves, as Kruise's while its controller is down. */
const WEBHOOK = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'kruise-rollout-mutating' },
  webhooks: [
    {
      name: 'mdeployment.kb.io',
      rules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['deployments'] }],
      clientConfig: { url: 'https://127.0.0.1:1/mutate-apps-v1-deployment' },
      failurePolicy: 'Fail',
      sideEffects: 'None',
      timeoutSeconds: 1,
      admissionReviewVersions: ['v1'],
    },
  ],
};

function revisionOf(namespace: string, name: string, owner: object, template: object): object {
  const labels = { app: 'a', 'controller.kubernetes.io/hash': '5d4f' };
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name, namespace, ownerReferences: [owner], labels },
    data: { spec: { template: { ...template, $patch: 'replace' } } },
    revision: 1,
  };
}
