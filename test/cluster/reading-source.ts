import { expect, vi } from 'vitest';
import type { ApiRequest, ApiServer, StreamRequest } from '../../agent/kubernetes/api-server.ts';
import { SILENT } from '../../agent/log.ts';
import { at } from '../../agent/model/json.ts';
import { KubernetesSource, type KubernetesSourceOptions } from '../../agent/sources/kubernetes.ts';
import type { Reading } from '../../agent/sources/source.ts';

/** For what comes about in the end. */
export const PATIENT = { timeout: 40_000, interval: 50 };

/** What is minutes in earnest is seconds here. */
export const QUICK = { absentAtStartMs: 1000, absentAfterSyncMs: 3000, discoveryMs: 1000 };

/** Source and connection of a test. */
export class Reader {
  readonly source: KubernetesSource;
  readonly #api: ApiServer;
  /** How often a change was told. */
  changes = 0;

  private constructor(api: ApiServer, options: Partial<KubernetesSourceOptions>) {
    this.#api = api;
    this.source = new KubernetesSource({ namespaces: 'all', log: SILENT, timing: QUICK, ...options, api });
  }

  /** Begins to read, and does not wait until everything was read. */
  static async start(api: ApiServer, options: Partial<KubernetesSourceOptions> = {}): Promise<Reader> {
    const reader = new Reader(api, options);
    await reader.source.start(() => {
      reader.changes += 1;
    });
    return reader;
  }

  /** Resolves when everything was read. */
  async synced(): Promise<this> {
    await vi.waitFor(() => expect(this.source.state()).toBeDefined(), PATIENT);
    return this;
  }

  /** `kind namespace/name` of everything, apart from what every cluster has. */
  get names(): readonly string[] {
    const namespaces = [...(this.source.state()?.namespaces ?? [])];
    return namespaces
      .filter(([namespace]) => namespace !== 'default' && !namespace.startsWith('kube-'))
      .flatMap(([, objects]) => objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`))
      .sort();
  }

  /** `apiVersion phase` of a Rollout. */
  rollout(namespace: string, name: string): string | undefined {
    const objects = this.source.state()?.namespaces.get(namespace) ?? [];
    const found = objects.find(({ kind, metadata }) => kind === 'Rollout' && metadata.name === name);
    return found && `${found.apiVersion} ${at(found, 'status', 'phase')}`;
  }

  reading(resource: string): Reading | undefined {
    return this.source.readings().find((reading) => reading.resource === resource);
  }

  /** Resolves when the Rollout is in that phase. */
  async sees(namespace: string, name: string, phase: string): Promise<void> {
    await vi.waitFor(() => expect(this.rollout(namespace, name)).toMatch(new RegExp(` ${phase}$`)), PATIENT);
  }

  async close(): Promise<void> {
    await this.source.close();
    this.#api.close();
  }
}

/** A way to an API server that remembers what was asked, and may lose what watches are told. */
export class TappedApi implements ApiServer {
  readonly lists: ApiRequest[] = [];
  readonly watches: StreamRequest[] = [];
  /** True: nothing that a watch tells arrives. */
  swallows = false;
  readonly #api: ApiServer;

  constructor(api: ApiServer) {
    this.#api = api;
  }

  request(request: ApiRequest): Promise<unknown> {
    this.lists.push(request);
    return this.#api.request(request);
  }

  async *lines(request: StreamRequest): AsyncIterable<string> {
    this.watches.push(request);
    for await (const line of this.#api.lines(request)) if (!this.swallows) yield line;
  }

  close(): void {
    this.#api.close();
  }
}

/** What lets a user read these. @param namespace absent: in all namespaces */
export function readersRole(name: string, resources: readonly string[], namespace?: string): readonly object[] {
  const isLocal = namespace !== undefined;
  const metadata = { name, ...(isLocal && { namespace }) };
  const apiGroup = 'rbac.authorization.k8s.io';
  const apiVersion = `${apiGroup}/v1`;
  const kind = isLocal ? 'Role' : 'ClusterRole';
  return [
    { apiVersion, kind, metadata, rules: [{ apiGroups: ['*'], resources, verbs: ['get', 'list', 'watch'] }] },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup, kind, name },
      subjects: [{ kind: 'User', name: 'reader', apiGroup }],
    },
  ];
}

/** A Rollout in that phase. */
export function rollout(namespace: string, name: string, phase = 'Healthy', version = 'v1beta1'): object {
  const workload = { apiVersion: 'apps/v1', kind: 'Deployment', name };
  return {
    apiVersion: `rollouts.kruise.io/${version}`,
    kind: 'Rollout',
    metadata: { name, namespace },
    spec: {
      ...(version === 'v1beta1' ? { workloadRef: workload } : { objectRef: { workloadRef: workload } }),
      strategy: { canary: { steps: [] } },
    },
    status: { phase, currentStepIndex: 1, currentStepState: 'Completed' },
  };
}
