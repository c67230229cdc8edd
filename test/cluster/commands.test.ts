import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiServer } from '../../agent/kubernetes/api-server.ts';
import { at } from '../../agent/model/json.ts';
import { type Ended, graylane } from '../cli/terminal.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { grant } from './grant.ts';
import { PlayedKruise } from './played-kruise.ts';
import { fieldOf, releasedLane, rolloutOf, stepPaused } from './released-lane.ts';

const WASM_PLUGIN = {
  apiVersion: 'extensions.higress.io/v1alpha1',
  kind: 'WasmPlugin',
  metadata: { name: 'graylane', namespace: 'higress-system' },
  spec: { url: 'file:///plugin.wasm' },
};

/** What `reader` may: look at Rollouts, Services and Ingresses in `shop`, and no more. */
const READER = grant('reader', 'shop', [
  { apiGroups: [''], resources: ['services'], verbs: ['list'] },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['list'] },
  { apiGroups: ['rollouts.kruise.io'], resources: ['rollouts'], verbs: ['get', 'list'] },
]);

/** What docs/cli.md says that approving needs. */
const APPROVER = grant('approver', 'approve', [
  { apiGroups: ['rollouts.kruise.io'], resources: ['rollouts'], verbs: ['get'] },
  { apiGroups: ['rollouts.kruise.io'], resources: ['rollouts/status'], verbs: ['patch'] },
]);

describe.skipIf(!HAS_CLUSTER)('on a cluster', () => {
  let cluster: Cluster;
  let admin: ApiServer;
  let configs: ReadonlyMap<string, string>;

  beforeAll(async () => {
    cluster = await startCluster();
    admin = cluster.admin;
    const users = ['admin', 'reader', 'approver', 'stranger'];
    configs = new Map(await Promise.all(users.map(async (user) => [user, await cluster.kubeconfig(user)] as const)));
    await cluster.apply([...releasedLane('shop'), WASM_PLUGIN]);
    await cluster.apply([...READER, ...APPROVER]);
  });

  afterAll(() => cluster.stop());

  const as = (user: string, ...words: readonly string[]): Promise<Ended> =>
    graylane([...words, '--kubeconfig', configs.get(user) ?? '']);

  const give = (namespace: string, name: string, status: object): Promise<void> =>
    cluster.apply([rolloutOf(namespace, name, status)]);

  const stepOf = (namespace: string, name = 'a'): Promise<unknown> =>
    fieldOf(admin, namespace, name, 'status', 'canaryStatus', 'currentStepState');

  describe('graylane get lanes', () => {
    test('shows a lane as it is', async () => {
      expect(await as('admin', 'get', 'lanes', '-n', 'shop')).toEqual({
        code: 0,
        out: `NAME   ACTIVE   LIVE   RULES   TAG               PROBLEMS
a      yes      1/2    1       x-mse-tag: gray   0
`,
        err: '',
      });
    });

    test('shows what this user may see, and says what not', async () => {
      const { code, out, err } = await as('reader', 'get', 'lanes', '-n', 'shop');
      expect([code, out.split('\n')[1]]).toEqual([0, 'a      yes      1/2    1       x-mse-tag: gray   0']);
      expect(err).toContain('warning: Cannot list pods: pods is forbidden: User "reader" cannot list resource "pods"');
      expect(err).not.toContain('cannot list resource "rollouts"');
    });

    test('says what is forbidden and what to do to whoever may see nothing', async () => {
      const { code, out, err } = await as('stranger', 'get', 'lanes', '-n', 'shop');
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(
        /^error GL5005: Cannot list rollouts\.rollouts\.kruise\.io: rollouts\.rollouts\.kruise\.io is forbidden: User "stranger" cannot list .+ Ask for that right; .+\n$/,
      );
    });
  });

  describe('graylane describe lane', () => {
    test('explains a lane, and that the gateways do not know of it', async () => {
      expect(await as('admin', 'describe', 'lane', 'shop/a')).toEqual({
        code: 0,
        out: `Lane:       shop/a
Entry:      Rollout shop/a
Active:     yes, 1 of 2 members live
Tag:        x-mse-tag: gray
In force:   0 rules of this lane in higress:higress-system/graylane, revision none: not as it should be: graylane diff shows the difference
Members:
  shop/a   live       step 1 StepPaused, 1 gray pod ready
  shop/b   not live   no release under way
Rules, the first that holds decides:
  shop/a/1/0
    when  header x-user-id is "100"
    for   example.com with "/a" or below it
    then  set x-mse-tag: gray
Diagnostics:
  none
`,
        err: '',
      });
    });

    test('is found by the name of a member', async () => {
      const { out } = await as('admin', 'describe', 'lane', 'b', '-n', 'shop', '-o', 'json');
      expect(JSON.parse(out)).toMatchObject({
        lane: { name: 'shop/a' },
        rules: [{ id: 'shop/a/1/0' }],
        inForce: { target: 'higress:higress-system/graylane', isUpToDate: false, rules: 0 },
      });
    });

    test('goes without what is in force where this user may not see that', async () => {
      const { code, out } = await as('reader', 'describe', 'lane', 'shop/a');
      expect(code).toBe(0);
      expect(out).toMatch(/^In force: {3}not known: Cannot read WasmPlugin higress-system\/graylane: .+forbidden/m);
    });

    test('says when there is none of that name', async () => {
      expect(await as('admin', 'describe', 'lane', 'shop/c')).toEqual({
        code: 1,
        out: '',
        err: 'error GL6001: There is no lane shop/c. graylane get lanes -A lists them.\n',
      });
    });
  });

  describe('graylane diff', () => {
    const put = async (defaultConfig: unknown): Promise<void> => {
      await cluster.apply([{ ...WASM_PLUGIN, spec: { ...WASM_PLUGIN.spec, defaultConfig } }]);
    };
    const compiled = async (): Promise<Record<string, unknown>> => {
      await put(undefined);
      const { out } = await as('admin', 'describe', 'lane', 'shop/a', '-o', 'json');
      const { rules } = JSON.parse(out);
      const { out: drift } = await as('admin', 'diff', '-n', 'shop', '-o', 'json');
      return { revision: JSON.parse(drift).compiledRevision, rules };
    };

    test('finds none when the gateways have what they must', async () => {
      const config = await compiled();
      await put(config);
      expect(await as('admin', 'diff', '-n', 'shop')).toEqual({
        code: 0,
        out: `higress:higress-system/graylane: no difference, revision ${config['revision']}\n`,
        err: '',
      });
      expect((await as('admin', 'describe', 'lane', 'shop/a')).out).toContain(
        `1 rule of this lane in higress:higress-system/graylane, revision ${config['revision']}: as it should be\n`,
      );
    });

    test('names what is missing, too much and another, and ends with 2', async () => {
      const config = await compiled();
      const { revision } = config;
      const rule = at(config, 'rules', 0);
      const stale = { id: 'old/x/1/0', lane: 'old/x', conditions: [], headers: {} };
      const other = {
        ...Object(rule),
        conditions: [{ kind: 'header', name: 'x-user-id', operator: 'exact', value: '7' }],
      };
      await put({ revision: 'r0', clientTag: 'keep', rules: [stale, other] });
      expect(await as('admin', 'diff', '-n', 'shop')).toEqual({
        code: 2,
        out: `higress:higress-system/graylane: revision r0 is live, ${revision} must be
- rule old/x/1/0
~ rule shop/a/1/0
    - conditions: [{"kind":"header","name":"x-user-id","operator":"exact","value":"7"}]
    + conditions: [{"kind":"header","name":"x-user-id","operator":"exact","value":"100"}]
~ clientTag
    - "keep"
`,
        err: '',
      });
      await put({ revision, rules: [] });
      expect((await as('admin', 'diff', '-n', 'shop')).out).toContain('\n+ rule shop/a/1/0\n');
    });

    test('compares what an agent for some namespaces has, or one for all', async () => {
      await cluster.apply(releasedLane('shop-2'));
      const ids = async (...words: readonly string[]): Promise<unknown> => {
        const { added } = JSON.parse((await as('admin', 'diff', '-o', 'json', ...words)).out);
        return added;
      };
      await put(undefined);
      expect(await ids('-n', 'shop')).toEqual(['shop/a/1/0']);
      expect(await ids('--watch-namespaces', 'shop,shop-2')).toEqual(['shop/a/1/0', 'shop-2/a/1/0']);
      expect(await ids()).toEqual(expect.arrayContaining(['shop/a/1/0', 'shop-2/a/1/0']));
    });

    test('looks at the WasmPlugin of Istio when told to', async () => {
      const spec = { url: 'file:///plugin.wasm', pluginConfig: await compiled() };
      const metadata = { name: 'gray', namespace: 'mesh' };
      await cluster.apply([{ apiVersion: 'extensions.istio.io/v1alpha1', kind: 'WasmPlugin', metadata, spec }]);
      const words = ['diff', '-n', 'shop', '--target', 'istio', '--object', 'mesh/gray'];
      expect(await as('admin', ...words)).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^istio:mesh\/gray: no difference, revision \w+\n$/),
      });
    });

    test('does not compare when the half of it cannot be read', async () => {
      const { code, out, err } = await as('reader', 'diff', '-n', 'shop');
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain('error GL5005: Cannot read WasmPlugin higress-system/graylane: ');
    });

    test('says that the WasmPlugin is not there, or that nobody knows of any', async () => {
      expect((await as('admin', 'diff', '--object', 'shop/x')).err).toMatch(
        /^error GL5011: There is no WasmPlugin shop\/x of extensions\.higress\.io\. /,
      );
      expect((await as('admin', 'diff', '--object', 'x')).err).toContain('error GL1003: --object takes NAMESPACE/NAME');
    });
  });

  describe('graylane approve', () => {
    const approve = (...words: readonly string[]): Promise<Ended> => as('approver', 'approve', ...words);

    test('lets a paused step go on', async () => {
      await give('approve', 'a', stepPaused(1));
      const kruise = new PlayedKruise(admin, 'approve', 'a', { overwrites: 0 });
      const ended = await approve('approve/a');
      await kruise.stop();
      expect(ended).toEqual({
        code: 0,
        out: 'Rollout approve/a: step 1 is approved; now step 2 BeforeStepUpgrade (of 2 steps)\n',
        err: '',
      });
      expect(kruise.approvals).toBe(1);
    });

    test('writes again what Kruise has overwritten, until the step moves on', async () => {
      await give('approve', 'a', stepPaused(1));
      const kruise = new PlayedKruise(admin, 'approve', 'a', { overwrites: 2 });
      const { code, out, err } = await approve('a', '-n', 'approve');
      await kruise.stop();
      expect([code, out]).toEqual([
        0,
        'Rollout approve/a: step 1 is approved; now step 2 BeforeStepUpgrade (of 2 steps)\n',
      ]);
      expect(err).toBe('note: Kruise overwrote the approval, so it was written 3 times\n');
      expect(kruise.states).toEqual([
        'StepPaused',
        'StepReady',
        'StepPaused',
        'StepReady',
        'StepPaused',
        'StepReady',
        'BeforeStepUpgrade',
      ]);
    });

    test('says when Kruise does not go on, and leaves the approval', async () => {
      await give('approve', 'a', stepPaused(1));
      expect(await approve('approve/a', '--timeout', '0.5')).toMatchObject({
        code: 1,
        err: expect.stringMatching(
          /^error GL6003: Rollout approve\/a did not go on from step 1 within 0\.5 s after it was approved: step 1 StepReady \(of 2 steps\)\. /,
        ),
      });
      expect(await stepOf('approve')).toBe('StepReady');
    });

    test.each([
      ['StepUpgrade', 'InRolling', 'step 1 StepUpgrade (of 2 steps)'],
      ['StepReady', 'InRolling', 'step 1 StepReady (of 2 steps); it is approved already'],
      ['StepPaused', 'Cancelling', 'being rolled back'],
    ])('writes nothing in the state %s, %s', async (state, reason, words) => {
      await give('approve', 'a', stepPaused(1, state, reason));
      expect(await approve('approve/a')).toEqual({
        code: 1,
        out: '',
        err: `error GL6002: Rollout approve/a does not wait for an approval: ${words}. Wait until its step is StepPaused; graylane describe lane shows where it is.\n`,
      });
      expect(await stepOf('approve')).toBe(state);
    });

    test('is stored while the release is paused, and says so', async () => {
      await give('approve', 'a', stepPaused(1, 'StepPaused', 'Paused'));
      await as('admin', 'pause', 'approve/a');
      expect(await approve('approve/a')).toEqual({
        code: 0,
        out: 'Rollout approve/a: step 1 is approved; it goes on when the release is resumed: graylane resume approve/a\n',
        err: '',
      });
      expect(await stepOf('approve')).toBe('StepReady');
    });

    test('approves a blue-green release as well', async () => {
      await cluster.apply([blueGreenOf('approve')]);
      const { code } = await approve('approve/blue', '--timeout', '0.3');
      expect(code).toBe(1);
      expect(await fieldOf(admin, 'approve', 'blue', 'status', 'blueGreenStatus', 'currentStepState')).toBe(
        'StepReady',
      );
      expect(await fieldOf(admin, 'approve', 'blue', 'status', 'canaryStatus')).toBeUndefined();
    });

    test('says what is missing when this user may not', async () => {
      await give('approve', 'a', stepPaused(1));
      expect((await as('reader', 'approve', 'shop/a')).err).toMatch(
        /^error GL5005: Cannot approve Rollout shop\/a: .+ "reader" cannot patch resource "rollouts\/status" .+\n$/,
      );
      expect((await as('stranger', 'approve', 'shop/a')).err).toContain('error GL5005: Cannot read Rollout shop/a: ');
    });

    test('says that there is no such Rollout', async () => {
      expect((await as('admin', 'approve', 'shop/none')).err).toBe(
        'error GL5006: Cannot read Rollout shop/none: rollouts.rollouts.kruise.io "none" not found. Correct the name, or say in which namespace it is with -n.\n',
      );
    });
  });

  describe('graylane pause and resume', () => {
    const pausedOf = (): Promise<unknown> => fieldOf(admin, 'pausing', 'a', 'spec', 'strategy', 'paused');

    test('set and take back what Kruise looks at', async () => {
      await give('pausing', 'a', stepPaused(1));
      expect(await as('admin', 'pause', 'pausing/a')).toEqual({
        code: 0,
        out: 'Rollout pausing/a is paused\n',
        err: '',
      });
      expect(await pausedOf()).toBe(true);
      expect((await as('admin', 'pause', 'pausing/a')).out).toBe('Rollout pausing/a is paused already\n');
      expect((await as('admin', 'resume', 'pausing/a')).out).toBe('Rollout pausing/a is resumed\n');
      expect(await pausedOf()).toBe(false);
      expect((await as('admin', 'resume', 'pausing/a')).out).toBe('Rollout pausing/a is not paused\n');
    });

    test('leave the steps as they are', async () => {
      await give('pausing', 'a', stepPaused(1));
      const before = await fieldOf(admin, 'pausing', 'a', 'spec', 'strategy', 'canary');
      await as('admin', 'pause', 'pausing/a');
      expect(await fieldOf(admin, 'pausing', 'a', 'spec', 'strategy', 'canary')).toEqual(before);
    });

    test('say what is missing when this user may not', async () => {
      expect((await as('reader', 'pause', 'shop/a')).err).toContain('error GL5005: Cannot pause Rollout shop/a: ');
    });
  });
});

/** A blue-green Rollout that stands at its only step. */
function blueGreenOf(namespace: string): object {
  const rollout = rolloutOf(namespace, 'blue', {});
  const { canaryStatus, ...status } = { canaryStatus: {}, ...stepPaused(1) };
  const { canaryRevision, canaryReplicas, canaryReadyReplicas, ...rest } = {
    canaryRevision: '',
    canaryReplicas: 0,
    canaryReadyReplicas: 0,
    ...canaryStatus,
  };
  const blueGreenStatus = {
    ...rest,
    updatedRevision: canaryRevision,
    updatedReplicas: canaryReplicas,
    updatedReadyReplicas: canaryReadyReplicas,
  };
  const spec = {
    workloadRef: at(rollout, 'spec', 'workloadRef'),
    strategy: { blueGreen: { steps: [{ replicas: 1, pause: {} }] } },
  };
  return { ...rollout, spec, status: { ...status, blueGreenStatus } };
}
