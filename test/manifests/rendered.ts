import { fileURLToPath } from 'node:url';
import { at } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { objectsOf } from '../cluster/manifests.ts';
import { helm } from './kube-tools.ts';

/** Folder of the chart. */
export const CHART = fileURLToPath(new URL('../../manifests/helm/graylane', import.meta.url));

/** Where the tests install it: release and namespace have these names. */
export const RELEASE = { name: 'graylane', namespace: 'graylane-system' };

/** Values that the chart cannot do without. */
export const NEEDED = { wasmPlugin: { url: 'oci://example.com/graylane-plugin:0.1.0' } };

/** How to render it. */
export interface Rendering {
  /** Of the API server that is rendered for, such as `1.20.2`; absent: the one that helm was made for. */
  readonly kubeVersion?: string;
}

/** Text of all manifests. Rejects with what helm says when it refuses the values. */
export async function renderedText(values: object = NEEDED, { kubeVersion }: Rendering = {}): Promise<string> {
  const version = kubeVersion === undefined ? [] : ['--kube-version', kubeVersion];
  const words = ['template', RELEASE.name, CHART, '--namespace', RELEASE.namespace, ...version, ...asWords(values)];
  const { code, out, err } = await helm(...words);
  if (code !== 0) throw new Error(err);
  return out;
}

/** All objects that an installation with these values makes. Rejects with what helm says when it refuses them. */
export async function rendered(
  values: object = NEEDED,
  rendering: Rendering = {},
): Promise<readonly KubernetesObject[]> {
  return objectsOf(await renderedText(values, rendering));
}

/** True for what Helm makes at an uninstall alone: it is rendered with the others. */
export function isHook(object: KubernetesObject): boolean {
  return at(object, 'metadata', 'annotations', 'helm.sh/hook') !== undefined;
}

/** The ServiceAccount, Roles and bindings alone: what a test gives the agent so that it has the rights of an installation. */
async function renderedRights(
  values: object = NEEDED,
  rendering: Rendering = {},
): Promise<readonly KubernetesObject[]> {
  const kinds = new Set(['ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']);
  return (await rendered(values, rendering)).filter((object) => kinds.has(object.kind) && !isHook(object));
}

/** The same, with that user in place of the agent's ServiceAccount, which a server without token controllers cannot be asked for. */
export async function renderedRightsFor(
  user: string,
  values: object = NEEDED,
  rendering: Rendering = {},
): Promise<readonly KubernetesObject[]> {
  const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: user }];
  const objects = await renderedRights(values, rendering);
  return objects.map((object) =>
    String(at(object, 'kind')).endsWith('RoleBinding') && !isOperator(object) ? { ...object, subjects } : object,
  );
}

function isOperator(object: KubernetesObject): boolean {
  return String(at(object, 'roleRef', 'name')).endsWith('-operator');
}

/** Values as `--set-json` takes them: nothing has to be written to a file. */
function asWords(values: object): readonly string[] {
  return Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);
}
