import { expect, test, vi } from 'vitest';
import { ROUTE_FORMATS } from '../../agent/targets/routes/formats.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';
import { graylane } from '../cli/terminal.ts';
import { AgentProcess } from './agent-process.ts';
import { HAS_CLUSTER, startCluster } from './cluster.ts';
import { istioDefinitions } from './istio.ts';
import { madeIn } from './made-routes.ts';
import { releasedLane } from './released-lane.ts';
import { PluginObject } from './wasm-plugin.ts';

const PATIENCE = { timeout: 60_000, interval: 50 };

/** What docs/cli.md says that `graylane withdraw` needs. */
const RULES = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get'] },
  { apiGroups: [HIGRESS.resource.group], resources: ['wasmplugins'], verbs: ['get', 'patch'] },
  ...[...ROUTE_FORMATS.istio.writes, ...ROUTE_FORMATS.ingress.writes].map(([{ group, plural }]) => ({
    apiGroups: [group],
    resources: [plural],
    verbs: ['list', 'delete'],
  })),
];

test.skipIf(!HAS_CLUSTER)(
  'graylane withdraw does nothing beside a running agent, and takes back all that it made once it has ended',
  { timeout: 180_000 },
  async () => {
    const cluster = await startCluster();
    try {
      const plugin = new PluginObject(cluster, HIGRESS);
      await cluster.apply(istioDefinitions());
      await cluster.apply([...everywhere('reader', RULES), ...releasedLane('shop')]);
      await plugin.create();
      const routes = ['--routes', 'istio,ingress'];
      const agent = new AgentProcess(cluster, { kubeconfig: await cluster.kubeconfig(), words: routes });
      await vi.waitFor(async () => expect(await plugin.config()).toMatchObject({ rules: [{}] }), PATIENCE);
      const made = await madeIn(cluster.admin);
      expect(made).toContain('VirtualService shop/a-graylane');
      const words = ['withdraw', ...routes, '--wait', '0', '--kubeconfig', await cluster.kubeconfig('reader')];
      const refused = await graylane(words);
      expect([refused.code, refused.out]).toEqual([1, '']);
      expect(refused.err).toMatch(/^error GL5010: Agent \S+ holds Lease higress-system\/graylane\. /);
      expect(await madeIn(cluster.admin)).toEqual(made);
      await agent.stop();
      const { code, out, err } = await graylane(words);
      expect([code, err]).toEqual([0, '']);
      const [rules, ...lines] = out.trimEnd().split('\n');
      expect(rules).toBe('higress:higress-system/graylane: 1 rule taken out');
      expect(lines.sort()).toEqual(made.map((object) => `${object}: deleted`));
      expect([await plugin.config(), await madeIn(cluster.admin)]).toMatchObject([{ rules: [] }, []]);
    } finally {
      await cluster.stop();
    }
  },
);

/** These rights in all namespaces. */
function everywhere(user: string, rules: readonly object[]): readonly object[] {
  const [apiVersion, apiGroup] = ['rbac.authorization.k8s.io/v1', 'rbac.authorization.k8s.io'];
  return [
    { apiVersion, kind: 'ClusterRole', metadata: { name: user }, rules },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name: user },
      roleRef: { apiGroup, kind: 'ClusterRole', name: user },
      subjects: [{ apiGroup, kind: 'User', name: user }],
    },
  ];
}
