import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { objectPath } from '../../agent/kubernetes/resource.ts';
import { at, listAt } from '../../agent/model/json.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';
import { type Ended, graylane } from '../cli/terminal.ts';
import { HAS_KUBE_TOOLS, kubectl } from '../manifests/kube-tools.ts';
import { NEEDED, RELEASE } from '../manifests/rendered.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { InstallableChart } from './installable-chart.ts';
import { madeIn, madeObjects } from './made-routes.ts';
import { HAS_GATEWAY_API, routeDefinitions } from './route-definitions.ts';
import { configFor, PluginObject } from './wasm-plugin.ts';

const LIMIT_MS = 120_000;
const JOB = `/apis/batch/v1/namespaces/${RELEASE.namespace}/jobs/graylane-withdraw`;
const ACCOUNT = `system:serviceaccount:${RELEASE.namespace}:graylane-withdraw`;
const PLUGIN = objectPath(HIGRESS.resource, HIGRESS.namespace, RELEASE.name);
const KINDS = [
  'all,serviceaccounts,roles,rolebindings,clusterroles,clusterrolebindings,poddisruptionbudgets',
  'networkpolicies,wasmplugins',
].join();

describe.skipIf(!HAS_CLUSTER || !HAS_KUBE_TOOLS || !HAS_GATEWAY_API)('uninstalling what keeps routes', () => {
  let cluster: Cluster;
  let kubeconfig: string;
  let chart: InstallableChart;

  beforeAll(async () => {
    cluster = await startCluster();
    kubeconfig = await cluster.kubeconfig();
    chart = new InstallableChart(cluster.folder, kubeconfig);
    const names = [RELEASE.namespace, HIGRESS.namespace, 'shop', 'payment'];
    await cluster.apply(names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
    await cluster.apply(routeDefinitions());
  }, LIMIT_MS);

  afterAll(() => cluster?.stop());

  /** Installs it with routes, and puts there what an agent has written: a rule, and an object of each kind in `shop`. */
  const install = async (values: object): Promise<void> => {
    const all = { ...NEEDED, routes: ['istio', 'gateway-api', 'ingress'], routesWait: 0, ...values };
    const words = Object.entries(all).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);
    await chart.helm('install', chart.path, ...words);
    await new PluginObject(cluster, HIGRESS).configure(configFor('100'));
    await cluster.apply(madeObjects('shop'));
  };

  /** Uninstalls it, and does what Kubernetes would do with the Job: its command, with the rights of its account. */
  const uninstall = async (): Promise<Ended> => {
    const uninstalled = chart.helm('uninstall');
    const job = await vi.waitFor(() => cluster.admin.request({ method: 'GET', path: JOB }), { timeout: 30_000 });
    const pod = at(job, 'spec', 'template', 'spec');
    expect(at(pod, 'serviceAccountName')).toBe('graylane-withdraw');
    const file = await cluster.kubeconfig(ACCOUNT);
    const words = listAt(pod, 'containers', 0, 'args').map((word) => (word === 'in-cluster' ? file : String(word)));
    const ended = await graylane(words);
    await cluster.admin.request({
      method: 'PATCH',
      path: `${JOB}/status`,
      contentType: 'application/merge-patch+json',
      body: { status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] } },
    });
    await uninstalled;
    return ended;
  };

  /** Names of all that the chart made. */
  const left = async (): Promise<string> => {
    const selector = ['--selector', 'app.kubernetes.io/part-of=graylane', '--output', 'name'];
    return (await kubectl(kubeconfig, ['get', KINDS, '--all-namespaces', ...selector])).out;
  };

  test('takes the routes of all namespaces back, and leaves nothing', { timeout: LIMIT_MS }, async () => {
    await install({ networkPolicy: { enabled: true } });
    await cluster.apply(madeObjects('payment'));
    const { code, out } = await uninstall();
    expect([code, out.trim().split('\n').length]).toEqual([0, 12]);
    expect(await madeIn(cluster.admin)).toEqual([]);
    expect(await left()).toBe('');
  });

  test('takes back those of the watched namespaces, and needs no right in others', { timeout: LIMIT_MS }, async () => {
    await install({ watchNamespaces: ['shop'] });
    await cluster.apply(madeObjects('payment'));
    const { code, out } = await uninstall();
    expect([code, out.trim().split('\n').length]).toEqual([0, 6]);
    expect((await madeIn(cluster.admin)).filter((name) => !name.includes(' payment/'))).toEqual([]);
    expect(await madeIn(cluster.admin)).toHaveLength(6);
    expect(await left()).toBe('');
  });

  test('takes the rules out of a WasmPlugin that is kept, before the routes', { timeout: LIMIT_MS }, async () => {
    await install({ wasmPlugin: { ...NEEDED.wasmPlugin, keep: true }, watchNamespaces: ['shop'] });
    const { code, out } = await uninstall();
    expect([code, out.split('\n')[0]]).toEqual([0, 'higress:higress-system/graylane: 1 rule taken out']);
    const plugin = await cluster.admin.request({ method: 'GET', path: PLUGIN });
    expect(listAt(plugin, 'spec', 'defaultConfig', 'rules')).toEqual([]);
    expect((await left()).trim()).toBe('wasmplugin.extensions.higress.io/graylane');
  });
});
