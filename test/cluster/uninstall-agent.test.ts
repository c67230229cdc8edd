import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { objectPath } from '../../agent/kubernetes/resource.ts';
import { at, integerAt, listAt, textAt } from '../../agent/model/json.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';
import { type Ended, graylane } from '../cli/terminal.ts';
import { HAS_KUBE_TOOLS } from '../manifests/kube-tools.ts';
import { NEEDED, RELEASE } from '../manifests/rendered.ts';
import { AgentProcess } from './agent-process.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { InstallableChart } from './installable-chart.ts';
import { madeIn } from './made-routes.ts';
import { otherKinds } from './other-kinds.ts';
import { releasedLane } from './released-lane.ts';
import { HAS_GATEWAY_API, routeDefinitions } from './route-definitions.ts';

const PATIENCE = { timeout: 60_000, interval: 200 };
const FORMATS = ['istio', 'gateway-api', 'ingress'];
const PLUGIN = objectPath(HIGRESS.resource, HIGRESS.namespace, RELEASE.name);
const JOB = `/apis/batch/v1/namespaces/${RELEASE.namespace}/jobs/graylane-withdraw`;

test.skipIf(!HAS_CLUSTER || !HAS_KUBE_TOOLS || !HAS_GATEWAY_API)(
  'uninstalling beside an agent that leads and can give nothing back, since its rights went first, leaves nothing',
  { timeout: 300_000 },
  async () => {
    const cluster = await startCluster();
    try {
      const chart = await installedOn(cluster);
      const agent = await agentOn(cluster);
      expect(await madeIn(cluster.admin)).toHaveLength(6);
      // Its pod gets SIGTERM when the Deployment is gone: at this moment if not sooner.
      const stopped = jobOn(cluster).then(() => agent.stop());
      const [attempts] = await Promise.all([playJob(cluster), stopped, chart.helm('uninstall')]);
      expect(agent.log).not.toContain('"msg":"lease released"');
      expect(attempts.at(-1)).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^(\w+ shop\/a-graylane(-\w+)?: deleted\n){6}$/),
      });
      expect(attempts.slice(0, -1).filter(({ err }) => !err.startsWith('error GL5010: '))).toEqual([]);
      expect(await madeIn(cluster.admin)).toEqual([]);
      await gone(cluster, PLUGIN);
      await gone(cluster, JOB);
    } finally {
      await cluster.stop();
    }
  },
);

/** Installs the chart beside a lane that is being released. */
async function installedOn(cluster: Cluster): Promise<InstallableChart> {
  const names = [RELEASE.namespace, HIGRESS.namespace];
  await cluster.apply(names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
  await cluster.apply([...otherKinds(), ...releasedLane('shop')]);
  await cluster.apply(routeDefinitions());
  const chart = new InstallableChart(cluster.folder, await cluster.kubeconfig());
  const values = Object.entries({ ...NEEDED, routes: FORMATS, routesWait: 1 });
  const words = values.flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);
  await chart.helm('install', chart.path, ...words);
  return chart;
}

/** An agent with the rights of that installation, which has put a tag and its routes in force. */
async function agentOn(cluster: Cluster): Promise<AgentProcess> {
  const kubeconfig = await cluster.kubeconfig(`system:serviceaccount:${RELEASE.namespace}:${RELEASE.name}`);
  const lease = ['--lease', `${RELEASE.namespace}/${RELEASE.name}`];
  const agent = new AgentProcess(cluster, { kubeconfig, words: ['--routes', FORMATS.join(), ...lease] });
  await vi.waitFor(async () => {
    const plugin = await cluster.admin.request({ method: 'GET', path: PLUGIN });
    expect(listAt(plugin, 'spec', HIGRESS.field, 'rules'), agent.log).toHaveLength(1);
  }, PATIENCE);
  return agent;
}

async function gone({ admin }: Cluster, path: string): Promise<void> {
  const read = (): Promise<unknown> => admin.request({ method: 'GET', path });
  await vi.waitFor(() => expect(read()).rejects.toMatchObject({ status: 404 }), PATIENCE);
}

/** The Job of the uninstall, which Helm makes when all else is gone. */
function jobOn({ admin }: Cluster): Promise<unknown> {
  return vi.waitFor(() => admin.request({ method: 'GET', path: JOB }), PATIENCE);
}

/** Does what Kubernetes does with the Job: its command, as its account, and again when that fails. Resolves with every attempt. */
async function playJob(cluster: Cluster): Promise<readonly Ended[]> {
  const job = await jobOn(cluster);
  const pod = at(job, 'spec', 'template', 'spec');
  const account = `system:serviceaccount:${RELEASE.namespace}:${textAt(pod, 'serviceAccountName')}`;
  const file = await cluster.kubeconfig(account);
  const words = listAt(pod, 'containers', 0, 'args').map((word) => (word === 'in-cluster' ? file : String(word)));
  const attempts = [await graylane(words)];
  while (attempts.at(-1)?.code !== 0 && attempts.length <= (integerAt(job, 'spec', 'backoffLimit') ?? 0)) {
    await sleep(1000);
    attempts.push(await graylane(words));
  }
  const type = attempts.at(-1)?.code === 0 ? 'Complete' : 'Failed';
  const contentType = 'application/merge-patch+json';
  const body = { status: { conditions: [{ type, status: 'True' }] } };
  await cluster.admin.request({ method: 'PATCH', path: `${JOB}/status`, contentType, body });
  return attempts;
}
