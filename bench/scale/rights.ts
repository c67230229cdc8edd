import { READ_RESOURCES } from '../../agent/kubernetes/resource.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';

/** Whom the API server takes the agent for; see test/cluster/users.ts. */
export const AGENT_USER = 'agent';

/** The rights that the chart gives to the agent. */
export function rightsOfAgent(): readonly KubernetesObject[] {
  const apiGroup = 'rbac.authorization.k8s.io';
  const apiVersion = `${apiGroup}/v1`;
  const metadata = { name: 'graylane' };
  const { group, plural } = HIGRESS.resource;
  const read = ['get', 'list', 'watch'];
  const rules = [
    ...READ_RESOURCES.map(([resource]) => ({
      apiGroups: [resource.group],
      resources: [resource.plural],
      verbs: read,
    })),
    { apiGroups: [group], resources: [plural], verbs: [...read, 'patch'] },
    { apiGroups: [group], resources: [`${plural}/status`], verbs: ['patch'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
    { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  ];
  return [
    { apiVersion, kind: 'ClusterRole', metadata, ...{ rules } },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata,
      ...{
        roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name },
        subjects: [{ apiGroup, kind: 'User', name: AGENT_USER }],
      },
    },
  ];
}
