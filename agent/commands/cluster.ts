import { GraylaneError } from '../errors.ts';
import type { ApiServer } from '../kubernetes/api-server.ts';
import { connect, currentNamespace, type KubeconfigOptions } from '../kubernetes/kubeconfig.ts';
import type { Arguments } from './arguments.ts';
import type { Option } from './command.ts';

/** A way to a cluster. */
interface Connection {
  readonly api: ApiServer;
  /** That of the options, else that of the context. */
  readonly namespace: string;
}

/** Options of every command that looks at a cluster. */
export const CONNECTION_OPTIONS: readonly Option[] = [
  { name: 'context', value: 'NAME', description: 'Context of the kubeconfig. Default: the current one.' },
  {
    name: 'kubeconfig',
    value: 'FILE|in-cluster',
    description: 'How to reach the cluster; in-cluster: as the service account of the pod. Default: as kubectl does.',
  },
];

/** What stands for the service account of the pod in place of a kubeconfig. */
const IN_CLUSTER = 'in-cluster';

/** How the options say that the cluster is to be reached. */
export function kubeconfigOf(given: Arguments): KubeconfigOptions {
  const [kubeconfig, context] = [given.text('kubeconfig'), given.text('context')];
  if (kubeconfig === IN_CLUSTER) return { inCluster: true };
  return { ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) };
}

export const NAMESPACE_OPTION: Option = {
  name: 'namespace',
  short: 'n',
  value: 'NAMESPACE',
  description: 'The namespace. Default: that of the context.',
};

export const ALL_NAMESPACES_OPTION: Option = {
  name: 'all-namespaces',
  short: 'A',
  description: 'All namespaces.',
};

/**
 * Does something with the cluster that the options name, and closes the connection. Rejects with a GraylaneError when the
 * kubeconfig cannot be used.
 */
export async function withCluster<Result>(
  given: Arguments,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const options = kubeconfigOf(given);
  const namespace = given.text('namespace') ?? (await currentNamespace(options));
  const api = await connect(options);
  try {
    return await work({ api, namespace });
  } finally {
    api.close();
  }
}

/** The namespace that is meant, undefined for all. Throws a GraylaneError when both -n and -A are given. */
export function scopeOf(given: Arguments, namespace: string): string | undefined {
  if (!given.flag('all-namespaces')) return namespace;
  if (given.flag('namespace')) {
    throw new GraylaneError('ExtraArgument', '--namespace and --all-namespaces exclude each other');
  }
  return undefined;
}

/** An object's name. */
export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Reads NAME or NAMESPACE/NAME. Throws a GraylaneError when it is neither, or when -n says another namespace.
 *
 * @param fallback the namespace of a bare NAME
 */
export function objectNameOf(text: string, given: Arguments, fallback: string): ObjectName {
  const [, namespace, name] = /^(?:([^/\s]+)\/)?([^/\s]+)$/.exec(text) ?? [];
  if (name === undefined) throw new GraylaneError('InvalidOption', `"${text}" is not NAME or NAMESPACE/NAME`);
  const said = given.text('namespace');
  if (namespace !== undefined && said !== undefined && said !== namespace) {
    throw new GraylaneError('ExtraArgument', `${text} and --namespace ${said} exclude each other`);
  }
  return { namespace: namespace ?? fallback, name };
}
