import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { EventRecord, Regarding } from '../../agent/kubernetes/event.ts';
import { type EventLimits, EventRecorder } from '../../agent/kubernetes/events.ts';
import { connect } from '../../agent/kubernetes/kubeconfig.ts';
import { SILENT } from '../../agent/log.ts';
import { at, listAt, textAt } from '../../agent/model/json.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';

const PATIENT = { timeout: 50_000, interval: 50 };
const apiGroup = 'rbac.authorization.k8s.io';

/** As the chart gives it to an agent, and nothing more. */
const ROLE = [
  {
    apiVersion: `${apiGroup}/v1`,
    kind: 'ClusterRole',
    metadata: { name: 'events' },
    rules: [{ apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] }],
  },
  {
    apiVersion: `${apiGroup}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'events' },
    subjects: [{ apiGroup, kind: 'User', name: 'agent' }],
    roleRef: { apiGroup, kind: 'ClusterRole', name: 'events' },
  },
];

const ROLLOUT = {
  apiVersion: 'rollouts.kruise.io/v1beta1',
  kind: 'Rollout',
  metadata: { name: 'a', namespace: 'shop' },
  spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' }, strategy: { canary: { steps: [] } } },
};

describe.skipIf(!HAS_CLUSTER)('events on a cluster', () => {
  let cluster: Cluster;
  let regarding: Regarding;
  const open: { close(): Promise<void> }[] = [];
  let warnings: string[] = [];

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.apply([ROLLOUT, ...ROLE]);
    const path = '/apis/rollouts.kruise.io/v1beta1/namespaces/shop/rollouts/a';
    const uid = textAt(await cluster.admin.request({ method: 'GET', path }), 'metadata', 'uid') ?? '';
    regarding = { apiVersion: ROLLOUT.apiVersion, kind: 'Rollout', namespace: 'shop', name: 'a', uid };
  });
  afterAll(() => cluster.stop());
  afterEach(async () => {
    await Promise.all(open.splice(0).map((recorder) => recorder.close()));
    await cluster.admin.request({ method: 'DELETE', path: '/apis/events.k8s.io/v1/namespaces/shop/events' });
    warnings = [];
  });

  async function recorder(user = 'agent', limits: EventLimits = { seriesMs: 300 }): Promise<EventRecorder> {
    const api = await connect({ kubeconfig: await cluster.kubeconfig(user) });
    const log = { ...SILENT, warn: (message: string) => void warnings.push(message) };
    const clocks = { now: () => performance.now(), wallNow: () => Date.now() };
    const made = new EventRecorder({ api, instance: 'graylane-7c9f', log, limits, ...clocks });
    open.push({ close: () => made.close().finally(() => api.close()) });
    return made;
  }

  const event = (fields: Partial<EventRecord> = {}): EventRecord => ({
    regarding,
    type: 'Normal',
    reason: 'LaneActivated',
    action: 'EnforceRules',
    note: 'The lane shop/a is in force with 1 rule.',
    ...fields,
  });
  const events = async (): Promise<readonly unknown[]> =>
    listAt(
      await cluster.admin.request({ method: 'GET', path: '/apis/events.k8s.io/v1/namespaces/shop/events' }),
      'items',
    );
  const counts = async (): Promise<readonly unknown[]> => (await events()).map((one) => at(one, 'series', 'count'));

  test('are found where kubectl describe looks for those of an object', async () => {
    (await recorder()).record(event());
    const fieldSelector = `involvedObject.name=a,involvedObject.namespace=shop,involvedObject.kind=Rollout,involvedObject.uid=${regarding.uid}`;
    const query = { fieldSelector };
    await vi.waitFor(async () => {
      const found = await cluster.admin.request({ method: 'GET', path: '/api/v1/namespaces/shop/events', query });
      expect(listAt(found, 'items')).toMatchObject([
        {
          reason: 'LaneActivated',
          message: 'The lane shop/a is in force with 1 rule.',
          type: 'Normal',
          reportingComponent: 'graylane',
          reportingInstance: 'graylane-7c9f',
          action: 'EnforceRules',
        },
      ]);
    }, PATIENT);
  });

  test('that are repeated become one with a count, by the rights to create and to patch', async () => {
    const one = await recorder();
    one.record(event());
    await vi.waitFor(async () => expect(await counts()).toEqual([undefined]), PATIENT);
    one.record(event());
    await vi.waitFor(async () => expect(await counts()).toEqual([2]), PATIENT);
    for (let n = 0; n < 40; n += 1) one.record(event());
    await vi.waitFor(async () => expect(await counts()).toEqual([42]), PATIENT);
    expect(warnings).toEqual([]);
  });

  test('stay one when another agent has the same to tell, or the same one after it was started anew', async () => {
    for (let n = 0; n < 3; n += 1) {
      const one = await recorder();
      one.record(event());
      await vi.waitFor(async () => expect(await counts()).toEqual([n === 0 ? undefined : 2]), PATIENT);
    }
    expect(warnings).toEqual([]);
  });

  test('begin anew when the API server has forgotten them', async () => {
    const one = await recorder();
    one.record(event());
    one.record(event());
    await vi.waitFor(async () => expect(await counts()).toEqual([2]), PATIENT);
    await cluster.admin.request({ method: 'DELETE', path: '/apis/events.k8s.io/v1/namespaces/shop/events' });
    one.record(event());
    await vi.waitFor(async () => expect(await counts()).toEqual([undefined]), PATIENT);
  });

  test('may have notes and names that are longer than the API server takes', async () => {
    const one = await recorder();
    const name = `${'a'.repeat(240)}.${'b'.repeat(12)}`;
    one.record(event({ regarding: { ...regarding, name }, note: 'ü'.repeat(2000) }));
    await vi.waitFor(async () => expect((await events()).length).toBe(1), PATIENT);
    expect(warnings).toEqual([]);
  });

  test('arrive after the API server was away', async () => {
    const one = await recorder();
    await cluster.kill();
    one.record(event());
    one.record(event());
    await cluster.restart();
    await vi.waitFor(async () => expect(await counts()).toEqual([2]), PATIENT);
  });

  test('are given up without the right to create them, or without their namespace, and that is said once', async () => {
    const stranger = await recorder('stranger');
    stranger.record(event());
    stranger.record(event({ note: 'another' }));
    await vi.waitFor(() => expect(warnings).toEqual(['cannot record an event']), PATIENT);
    const one = await recorder();
    one.record(event({ regarding: { ...regarding, namespace: 'nowhere' } }));
    one.record(event());
    await vi.waitFor(async () => expect(await counts()).toEqual([undefined]), PATIENT);
    expect(warnings).toEqual(['cannot record an event', 'cannot record an event']);
  });

  test('that are too many are not created', async () => {
    const one = await recorder();
    for (let n = 0; n < 500; n += 1) one.record(event({ note: `number ${n}` }));
    await one.close();
    expect((await events()).length).toBe(25);
    expect(warnings).toEqual(['too many events, some are dropped']);
  });
});
