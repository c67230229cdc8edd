import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, listAt, textAt } from '../../agent/model/json.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';
import { Page } from '../docs/page.ts';
import { HAS_KUBE_TOOLS, kubectl } from '../manifests/kube-tools.ts';
import { NEEDED, RELEASE, rendered, renderedRightsFor, renderedText } from '../manifests/rendered.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { InstallableChart } from './installable-chart.ts';
import { PluginObject } from './wasm-plugin.ts';

/** Of the test cluster's API server. */
const KUBE_VERSION = '1.20.2';
const SAMPLES = fileURLToPath(new URL('../../manifests/samples/', import.meta.url));
const URL_OF_PLUGIN = 'wasmPlugin.url=oci://example.com/graylane-plugin:0.1.0';

/** Options whose kinds the server does not have are left out: they belong to the Prometheus operator. */
const OPTIONS = {
  ...NEEDED,
  networkPolicy: { enabled: true, apiServerCidrs: ['10.0.0.1/32'] },
  dashboard: { enabled: true },
  rbac: { operations: { approve: true, pause: true, rollback: true, subjects: [{ kind: 'User', name: 'jane' }] } },
};

describe.skipIf(!HAS_CLUSTER || !HAS_KUBE_TOOLS)('what is shipped, on a real API server', () => {
  let cluster: Cluster;
  let kubeconfig: string;

  beforeAll(async () => {
    cluster = await startCluster();
    kubeconfig = await cluster.kubeconfig();
    const names = [RELEASE.namespace, 'higress-system', 'istio-system', 'shop', 'payment', 'lane-sample'];
    await cluster.apply(names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
  });

  afterAll(() => cluster?.stop());

  /** What kubectl says to manifests: the objects that the server takes, or why it does not. */
  async function applied(manifests: string, ...words: readonly string[]): Promise<readonly string[]> {
    const { code, out, err } = await kubectl(kubeconfig, ['apply', '--filename', '-', ...words], manifests);
    return code === 0 ? out.trim().split('\n') : [`exit ${code}`, err];
  }

  test.each([
    ['as it comes', NEEDED],
    ['with every option', OPTIONS],
    ['with its rights in two namespaces', { ...OPTIONS, watchNamespaces: ['shop', 'payment'] }],
    ['for Istio', { ...NEEDED, target: 'istio' }],
  ])('the server takes every object of the chart, %s', async (_, values) => {
    const manifests = await renderedText(values, { kubeVersion: KUBE_VERSION });
    const objects = await rendered(values, { kubeVersion: KUBE_VERSION });
    const taken = await applied(manifests, '--dry-run=server');
    expect(taken.filter((line) => !line.endsWith('created (server dry run)'))).toEqual([]);
    expect(taken).toHaveLength(objects.length);
  });

  test('the server keeps every field that the chart sets', async () => {
    const objects = await rendered(OPTIONS, { kubeVersion: KUBE_VERSION });
    const text = await renderedText(OPTIONS, { kubeVersion: KUBE_VERSION });
    const words = ['apply', '--filename', '-', '--dry-run=server', '--output', 'json'];
    const { out } = await kubectl(kubeconfig, words, text);
    const kept = listAt(JSON.parse(out), 'items');
    for (const { kind, metadata, ...rest } of objects) {
      const found = kept.find(
        (one) => textAt(one, 'kind') === kind && textAt(one, 'metadata', 'name') === metadata.name,
      );
      expect(found).toMatchObject(JSON.parse(JSON.stringify({ ...rest, kind, metadata })));
    }
  });

  test('the samples can be applied', async () => {
    const words = ['apply', '--namespace', 'lane-sample', '--filename', SAMPLES];
    const { code, out, err } = await kubectl(kubeconfig, words);
    expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining('rror') });
    expect(out.trim().split('\n').length).toBe(11);
    const { out: names } = await kubectl(kubeconfig, [
      'get',
      'rollouts',
      '--namespace',
      'lane-sample',
      '--output',
      'name',
    ]);
    expect(
      names
        .trim()
        .split('\n')
        .map((name) => name.split('/')[1]),
    ).toEqual(['rollout-a', 'rollout-b', 'rollout-c']);
  });

  describe('installed by helm', () => {
    const PLUGIN = '/apis/extensions.higress.io/v1alpha1/namespaces/higress-system/wasmplugins/graylane';
    const CONFIG = { revision: 'r1', rules: [] };

    let chart: InstallableChart;

    beforeAll(() => {
      chart = new InstallableChart(cluster.folder, kubeconfig);
    });

    const ran = (verb: string, ...words: readonly string[]): Promise<void> => chart.helm(verb, ...words);

    const plugin = (): Promise<unknown> => cluster.admin.request({ method: 'GET', path: PLUGIN });

    /** As the agent does it. */
    const configure = (): Promise<void> => new PluginObject(cluster, HIGRESS).configure(CONFIG);

    test('an upgrade leaves the configuration to the agent, and brings the rest up to date', async () => {
      await ran('install', chart.path, '--set', URL_OF_PLUGIN);
      await configure();
      await ran('upgrade', chart.path, '--set', 'wasmPlugin.url=oci://example.com/graylane-plugin:0.2.0');
      expect(at(await plugin(), 'spec')).toMatchObject({
        url: 'oci://example.com/graylane-plugin:0.2.0',
        defaultConfig: CONFIG,
      });
    });

    test('after an upgrade the agent writes without a conflict', async () => {
      await expect(configure()).resolves.toBeUndefined();
    });

    test('uninstalling takes the WasmPlugin away, so that gateways serve the baseline, and leaves nothing', async () => {
      await ran('uninstall');
      await expect(plugin()).rejects.toMatchObject({ status: 404 });
      const kinds =
        'all,roles,rolebindings,serviceaccounts,poddisruptionbudgets,clusterroles,clusterrolebindings,wasmplugins';
      const selector = ['--selector', 'app.kubernetes.io/part-of=graylane', '--output', 'name'];
      const { out } = await kubectl(kubeconfig, ['get', kinds, '--all-namespaces', ...selector]);
      expect(out).toBe('');
    });

    test('with wasmPlugin.keep the WasmPlugin and its configuration stay when it is uninstalled', async () => {
      await ran('install', chart.path, '--set', `${URL_OF_PLUGIN},wasmPlugin.keep=true`);
      await configure();
      await ran('uninstall');
      expect(at(await plugin(), 'spec', 'defaultConfig')).toEqual(CONFIG);
    });

    test('installing it again takes up a WasmPlugin that was kept, and leaves its configuration', async () => {
      await ran('install', chart.path, '--set', URL_OF_PLUGIN);
      expect(at(await plugin(), 'spec', 'defaultConfig')).toEqual(CONFIG);
      expect(textAt(await plugin(), 'metadata', 'annotations', 'helm.sh/resource-policy')).toBeUndefined();
      await ran('uninstall');
      await expect(plugin()).rejects.toMatchObject({ status: 404 });
    });

    test('emptying a WasmPlugin that was kept, as docs/install.md has it, leaves one without lanes', async () => {
      const { text } = new Page('install.md');
      const [, words = '', patch = ''] = /^kubectl (.*patch .*) --type json \\\n +--patch '(.*)'$/m.exec(text) ?? [];
      await ran('install', chart.path, '--set', `${URL_OF_PLUGIN},wasmPlugin.keep=true`);
      await configure();
      await ran('uninstall');
      const { code, err } = await kubectl(kubeconfig, [...words.split(' '), '--type', 'json', '--patch', patch]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(at(await plugin(), 'spec', 'url')).toBeDefined();
      expect(at(await plugin(), 'spec', 'defaultConfig')).toBeUndefined();
    });
  });

  describe('the rights of an installation', () => {
    /** Whether a user may do that, as the server decides: `patch wasmplugins.extensions.higress.io/graylane -n higress-system`. */
    async function can(user: string, action: string): Promise<boolean> {
      const { out } = await kubectl(kubeconfig, ['--as', user, 'auth', 'can-i', ...action.split(' ')]);
      return out.trim() === 'yes';
    }

    beforeAll(async () => {
      const operations = { approve: true, subjects: [{ kind: 'User', name: 'approver' }] };
      const one = { ...NEEDED, fullnameOverride: 'one', watchNamespaces: ['shop'], rbac: { operations } };
      await cluster.apply(await renderedRightsFor('agent'));
      await cluster.apply(await renderedRightsFor('agent-of-one', one));
    });

    test.each([
      'list rollouts.rollouts.kruise.io -A',
      'watch batchreleases.rollouts.kruise.io -n shop',
      'watch pods -n payment',
      'list deployments.apps -A',
      'watch ingresses.networking.k8s.io -A',
      'create events.events.k8s.io -n shop',
      'patch wasmplugins.extensions.higress.io/graylane -n higress-system',
      'patch wasmplugins.extensions.higress.io/graylane --subresource=status -n higress-system',
      'create leases.coordination.k8s.io -n graylane-system',
      'update leases.coordination.k8s.io/graylane -n graylane-system',
    ])('the agent may %s', async (action) => {
      expect(await can('agent', action)).toBe(true);
    });

    test.each([
      'get secrets -n graylane-system',
      'list configmaps -A',
      'create wasmplugins.extensions.higress.io -n higress-system',
      'delete wasmplugins.extensions.higress.io/graylane -n higress-system',
      'patch wasmplugins.extensions.higress.io/another -n higress-system',
      'patch wasmplugins.extensions.higress.io/graylane -n shop',
      'patch rollouts.rollouts.kruise.io -n shop',
      'patch rollouts.rollouts.kruise.io --subresource=status -n shop',
      'patch deployments.apps -n shop',
      'update leases.coordination.k8s.io/another -n graylane-system',
      'create pods -n shop',
    ])('the agent may not %s', async (action) => {
      expect(await can('agent', action)).toBe(false);
    });

    test.each([
      ['agent-of-one', 'list rollouts.rollouts.kruise.io -n shop', true],
      ['agent-of-one', 'list rollouts.rollouts.kruise.io -n payment', false],
      ['agent-of-one', 'list pods -A', false],
      ['agent-of-one', 'patch rollouts.rollouts.kruise.io --subresource=status -n shop', false],
      ['approver', 'patch rollouts.rollouts.kruise.io --subresource=status -n shop', true],
      ['approver', 'patch rollouts.rollouts.kruise.io --subresource=status -n payment', false],
      ['approver', 'patch rollouts.rollouts.kruise.io -n shop', false],
      ['approver', 'patch deployments.apps -n shop', false],
    ])('in an installation for the namespace shop, may %s %s: %s', async (user, action, answer) => {
      expect(await can(user, action)).toBe(answer);
    });
  });
});
