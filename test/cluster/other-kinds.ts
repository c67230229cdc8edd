/** Kinds that the agent reads where they are served; without them it waits for them for a while whenever it starts. */
const KINDS = [
  ['apps.kruise.io', 'v1alpha1', 'CloneSet', 'clonesets'],
  ['apps.kruise.io', 'v1alpha1', 'DaemonSet', 'daemonsets'],
  ['apps.kruise.io', 'v1beta1', 'StatefulSet', 'statefulsets'],
  ['gateway.networking.k8s.io', 'v1', 'HTTPRoute', 'httproutes'],
] as const;

type Kind = readonly [group: string, version: string, kind: string, plural: string];

/** CustomResourceDefinitions of kinds that no test has objects of: any object would do. */
export function otherKinds(): readonly object[] {
  return plainDefinitions(KINDS);
}

/** CustomResourceDefinitions of these kinds, whose objects may have any fields. */
export function plainDefinitions(kinds: readonly Kind[]): readonly object[] {
  return kinds.map(([group, version, kind, plural]) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'unapproved, testing' },
    },
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      scope: 'Namespaced',
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  }));
}
