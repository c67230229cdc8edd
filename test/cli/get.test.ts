import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type FakeApi, type FakeCluster, itemsIn, startFakeApi } from './fake-api.ts';
import { release } from './manifests.ts';
import { type Ended, graylane } from './terminal.ts';

const open: FakeApi[] = [];

afterEach(async () => {
  for (const api of open.splice(0)) await api.close();
});

/** Two namespaces: in `default` a lane is active, in `shop` none is. */
const OBJECTS = [...itemsIn('default', release(true)), ...itemsIn('shop', release(false))];

const get = async (words: readonly string[], cluster: Partial<FakeCluster> = {}): Promise<Ended> => {
  const api = await startFakeApi({ objects: OBJECTS, ...cluster });
  open.push(api);
  return graylane(['get', 'lanes', '--kubeconfig', api.kubeconfig, ...words]);
};

describe('graylane get lanes', () => {
  test("lists the lanes of the context's namespace", async () => {
    expect(await get([])).toEqual({
      code: 0,
      out: `NAME   ACTIVE   LIVE   RULES   TAG               PROBLEMS
a      yes      1/1    1       x-mse-tag: gray   0
`,
      err: '',
    });
  });

  test('lists the lanes of another namespace', async () => {
    expect((await get(['-n', 'shop'])).out).toBe(`NAME   ACTIVE   LIVE   RULES   TAG      PROBLEMS
a      no       0/1    0       <none>   0
`);
  });

  test('lists the lanes of all namespaces', async () => {
    expect((await get(['-A'])).out).toBe(`NAMESPACE   NAME   ACTIVE   LIVE   RULES   TAG               PROBLEMS
default     a      yes      1/1    1       x-mse-tag: gray   0
shop        a      no       0/1    0       <none>            0
`);
  });

  test('shows more when there is room', async () => {
    expect((await get(['-A', '-o', 'wide'])).out.split('\n').slice(0, 3)).toEqual([
      'NAMESPACE   NAME   ACTIVE   LIVE   RULES   TAG               PROBLEMS   ENTRY     LIVE MEMBERS   SCOPE',
      'default     a      yes      1/1    1       x-mse-tag: gray   0          Rollout   a              example.com with "/a" or below it',
      'shop        a      no       0/1    0       <none>            0          Rollout   <none>         <none>',
    ]);
  });

  test('prints names that graylane describe lane takes', async () => {
    expect((await get(['-A', '-o', 'name'])).out).toBe('default/a\nshop/a\n');
  });

  test.each(['json', 'yaml'])('prints %s for programs', async (format) => {
    const { lanes, diagnostics } = parse((await get(['-o', format])).out);
    expect(diagnostics).toEqual([]);
    expect(lanes).toEqual([
      {
        name: 'default/a',
        entry: { kind: 'Rollout', namespace: 'default', name: 'a' },
        members: [{ rollout: 'default/a', live: true, state: 'step 1 StepPaused, 1 gray pod ready' }],
        active: true,
        rules: ['default/a/1/0'],
        tag: { name: 'x-mse-tag', value: 'gray' },
      },
    ]);
  });

  test('may be called get lane', async () => {
    const api = await startFakeApi({ objects: OBJECTS });
    open.push(api);
    expect((await graylane(['get', 'lane', '--kubeconfig', api.kubeconfig])).code).toBe(0);
  });

  test('says when there are none', async () => {
    expect(await get([], { objects: [] })).toEqual({ code: 0, out: '', err: 'no lanes in namespace default\n' });
    expect((await get(['-A'], { objects: [] })).err).toBe('no lanes in the cluster\n');
  });

  test('says what cannot be honoured, counts it and ends with 2', async () => {
    const { code, out, err } = await get([], { objects: itemsIn('default', release(true, {})) });
    expect(code).toBe(2);
    expect(out).toMatch(/^a +yes .* [1-9]\n$/m);
    expect(err).toMatch(/^error default\/a spec\.strategy\.canary\.steps\[0\]\.matches\[0\]: EmptyMatch: .+\n/);
  });

  test('does without what the cluster does not serve', async () => {
    const absent = ['gateway.networking.k8s.io/v1', 'gateway.networking.k8s.io/v1beta1', 'apps.kruise.io/v1alpha1'];
    expect(await get([], { absent })).toMatchObject({ code: 0, err: '' });
  });

  test('reads Rollouts of v1alpha1 where v1beta1 is not served', async () => {
    const rollout = {
      apiVersion: 'rollouts.kruise.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'old', namespace: 'default' },
      spec: { objectRef: {}, strategy: { canary: { steps: [] } } },
    };
    const { out } = await get(['-o', 'name'], { objects: [rollout], absent: ['rollouts.kruise.io/v1beta1'] });
    expect(out).toBe('default/old\n');
  });

  test('says that Kruise Rollouts is not installed', async () => {
    expect(await get([], { absent: ['rollouts.kruise.io/v1beta1', 'rollouts.kruise.io/v1alpha1'] })).toEqual({
      code: 1,
      out: '',
      err: 'error GL5007: The cluster does not serve rollouts.rollouts.kruise.io: Kruise Rollouts is not installed. Install what brings it, or name another cluster with --context.\n',
    });
  });

  test('goes on without what this user may not read, and says so', async () => {
    const refusals = { '/pods': { status: 403, message: 'pods is forbidden: User "u" cannot list' } };
    const { code, out, err } = await get([], { refusals });
    expect([code, err]).toEqual([
      0,
      'warning: Cannot list pods: pods is forbidden: User "u" cannot list; what follows from them is not known\n',
    ]);
    expect(out).toContain('a      yes      1/1');
  });

  test('does not go on without Rollouts', async () => {
    const refusals = { '/rollouts': { status: 403, message: 'rollouts is forbidden' } };
    expect(await get([], { refusals })).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^error GL5005: Cannot list rollouts\.rollouts\.kruise\.io: rollouts is forbidden\. .+auth can-i.+\n$/,
      ),
    });
  });

  test('does not take -n and -A together', async () => {
    expect((await get(['-n', 'shop', '-A'])).err).toContain(
      'error GL1005: --namespace and --all-namespaces exclude each other.',
    );
  });
});
