import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { LeaseObject } from '../../agent/kubernetes/lease.ts';
import { at, textAt } from '../../agent/model/json.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { BRISK, type Candidate, Election, LEASE, writerProcess } from './leading.ts';

const LEASES = `/apis/coordination.k8s.io/v1/namespaces/${LEASE.namespace}/leases`;
const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: LEASE.namespace } };
const PATIENT = { timeout: 50_000, interval: 20 };

/** As docs and chart give it to an agent, and nothing more. */
const ROLE = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'leader', namespace: LEASE.namespace },
    rules: [
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        resourceNames: [LEASE.name],
        verbs: ['get', 'update', 'patch'],
      },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'leader', namespace: LEASE.namespace },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'agent' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'leader' },
  },
];

describe.skipIf(!HAS_CLUSTER)('agents on one cluster', () => {
  let cluster: Cluster;
  let election: Election;

  beforeAll(async () => {
    cluster = await startCluster({ crds: false });
    await cluster.apply([NAMESPACE, ...ROLE]);
  });
  afterAll(() => cluster.stop());
  beforeEach(() => {
    election = new Election(cluster);
  });
  afterEach(async () => {
    await election.end();
    await cluster.admin.request({ method: 'DELETE', path: `${LEASES}/${LEASE.name}` }).catch(() => undefined);
  });

  const lease = (): Promise<unknown> => cluster.admin.request({ method: 'GET', path: `${LEASES}/${LEASE.name}` });
  const leads = (candidate: Candidate): Promise<void> =>
    vi.waitFor(() => expect(candidate.leader.isLeader).toBe(true), PATIENT);

  /** The one that leads, as soon as one does. */
  async function elected(): Promise<Candidate> {
    await vi.waitFor(() => expect(election.leader).toBeDefined(), PATIENT);
    const { leader } = election;
    if (leader === undefined) throw new Error('it led for a moment only');
    return leader;
  }

  test('never lead two at once, whichever of them stop and start', async () => {
    for (const name of ['a', 'b', 'c']) await election.add(name);
    for (const name of ['d', 'e', 'f']) {
      const leader = await elected();
      await Promise.all([leader.stop(), election.add(name)]);
    }
    await elected();
    expect(election.mostLeaders).toBe(1);
  });

  test('write into the Lease what kubectl and other tools look for', async () => {
    const first = await election.add('a');
    await leads(first);
    const second = await election.add('b');
    await first.stop();
    await leads(second);
    const micro = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(at(await lease(), 'spec')).toEqual({
      holderIdentity: 'b',
      leaseDurationSeconds: 5,
      leaseTransitions: 1,
      acquireTime: micro,
      renewTime: micro,
    });
    expect([first.leader.term, second.leader.term, second.leader.holder]).toEqual([undefined, 1, 'b']);
  });

  test('follow one that stops long before its lease would run out', async () => {
    const standard = { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 };
    const first = await election.add('a', { timing: standard });
    await leads(first);
    const second = await election.add('b', { timing: standard });
    await vi.waitFor(() => expect(second.leader.holder).toBe('a'), PATIENT);
    await first.stop();
    const stoppedMs = performance.now();
    expect(at(await lease(), 'spec')).toMatchObject({ leaseDurationSeconds: 1 });
    await leads(second);
    expect(performance.now() - stoppedMs).toBeLessThan(standard.renewDeadlineMs);
    expect(election.mostLeaders).toBe(1);
  });

  test('do not believe the clock of another that wrote a time to come, or one long gone', async () => {
    for (const renewTime of ['2099-01-01T00:00:00.000000Z', '2001-01-01T00:00:00.000000Z']) {
      const spec = { holderIdentity: 'gone', leaseDurationSeconds: 3, leaseTransitions: 7, renewTime };
      await cluster.apply([{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: LEASE, spec }]);
      const candidate = await election.add(`after ${renewTime}`);
      await vi.waitFor(() => expect(candidate.leader.holder).toBe('gone'), PATIENT);
      const seenMs = performance.now();
      await leads(candidate);
      expect(performance.now() - seenMs).toBeGreaterThan(2_900);
      expect(candidate.leader.term).toBe(8);
      await candidate.stop();
    }
  });

  test('keep their leader when somebody deletes the Lease', async () => {
    const first = await election.add('a');
    await leads(first);
    const { signal } = first.leader;
    const second = await election.add('b');
    await vi.waitFor(() => expect(second.leader.holder).toBe('a'), PATIENT);
    await cluster.admin.request({ method: 'DELETE', path: `${LEASES}/${LEASE.name}` });
    await vi.waitFor(async () => expect(textAt(await lease(), 'spec', 'holderIdentity')).toBe('a'), PATIENT);
    await sleep(2 * BRISK.leaseMs);
    expect([first.leader.isLeader, signal.aborted, election.mostLeaders]).toEqual([true, false, 1]);
  });

  test('have a leader again after the API server was away for longer than a lease', async () => {
    const first = await election.add('a');
    await election.add('b');
    await elected();
    await cluster.kill();
    await vi.waitFor(() => expect(election.leader).toBeUndefined(), PATIENT);
    await sleep(BRISK.leaseMs);
    await cluster.restart();
    await elected();
    expect(election.mostLeaders).toBe(1);
    expect(first.warnings).toContain('cannot use the lease, trying again');
  });

  test('have a leader again after the API server gave no answers for a while', async () => {
    await election.add('a');
    await election.add('b');
    const { signal } = (await elected()).leader;
    cluster.freeze();
    try {
      await vi.waitFor(() => expect(election.leader).toBeUndefined(), PATIENT);
      expect(signal.aborted).toBe(true);
    } finally {
      cluster.thaw();
    }
    await elected();
    expect(election.mostLeaders).toBe(1);
  });

  test('need to create Leases, and to get and update the one', async () => {
    const first = await election.add('a', { user: 'agent' });
    await leads(first);
    await sleep(3 * BRISK.retryMs);
    await first.stop();
    expect(first.warnings).toEqual(['this agent leads no more']);
    expect(textAt(await lease(), 'spec', 'holderIdentity')).toBe('');
    const second = await election.add('b', { user: 'agent' });
    await leads(second);
  });

  test('do not lead without these rights, and say so', async () => {
    const stranger = await election.add('a', { user: 'stranger' });
    await vi.waitFor(() => expect(stranger.warnings.length).toBe(1), PATIENT);
    await sleep(3 * BRISK.retryMs);
    expect([stranger.leader.isLeader, stranger.warnings]).toEqual([false, ['cannot use the lease, trying again']]);
  });

  test('do not overwrite each other: a Lease that changed meanwhile is refused', async () => {
    const object = new LeaseObject(cluster.admin, LEASE, Date.now);
    const bound = { timeoutMs: 10_000 };
    const record = { holderIdentity: 'a', leaseDurationSeconds: 5, acquireTime: undefined, leaseTransitions: 0 };
    const created = await object.create(record, bound);
    await expect(object.create(record, bound)).rejects.toMatchObject({ status: 409 });
    await object.replace(created, { ...record, holderIdentity: 'b' }, bound);
    await expect(object.replace(created, { ...record, holderIdentity: 'c' }, bound)).rejects.toMatchObject({
      status: 409,
    });
    expect((await object.read(bound))?.record.holderIdentity).toBe('b');
  });

  test('take over from one whose process stands still, and it writes nothing when it goes on', async () => {
    await cluster.apply([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'written', namespace: 'default' } }]);
    const path = '/api/v1/namespaces/default/configmaps/written';
    const written = async (): Promise<unknown> => at(await cluster.admin.request({ method: 'GET', path }), 'data');
    const writer = await writerProcess(cluster, 'frozen');
    try {
      await vi.waitFor(async () => expect(at(await written(), 'by')).toBe('frozen'), PATIENT);
      const before = await written();
      await vi.waitFor(async () => expect(await written()).not.toEqual(before), { ...PATIENT, interval: 5 });
      // Between two writes: one that was on its way would come through, as it would from a leader that is not frozen.
      writer.freeze();
      const last = await written();
      const other = await election.add('other');
      await leads(other);
      writer.thaw();
      await sleep(2 * BRISK.renewDeadlineMs);
      expect(await written()).toEqual(last);
      expect(other.leader.isLeader).toBe(true);
      await other.stop();
      await vi.waitFor(async () => expect(await written()).not.toEqual(last), PATIENT);
    } finally {
      await writer.kill();
    }
  });
});
