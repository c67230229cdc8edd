import { setTimeout as sleep } from 'node:timers/promises';
import type { Desired, Outcome } from '../../agent/controller/target.ts';
import { ApiError, type ApiRequest, type ApiServer, type StreamRequest } from '../../agent/kubernetes/api-server.ts';
import { connect } from '../../agent/kubernetes/kubeconfig.ts';
import { apiVersionOf, objectPath } from '../../agent/kubernetes/resource.ts';
import { SILENT } from '../../agent/log.ts';
import { at, listAt, textAt } from '../../agent/model/json.ts';
import type { PluginConfig, Rule } from '../../agent/model/plugin-config.ts';
import type { Flavour } from '../../agent/targets/wasmplugin/flavour.ts';
import { WasmPluginTarget } from '../../agent/targets/wasmplugin/target.ts';
import { NOTHING } from '../targets/objects.ts';
import type { Cluster } from './cluster.ts';

export const NEVER = new AbortController().signal;

/** How long a test waits for what becomes of a write. */
export const PATIENCE = { timeout: 20_000, interval: 20 };
/** The conditions of a WasmPlugin that is as it should be. */
export const READY: readonly string[] = ['Accepted=True/Accepted', 'Programmed=True/Programmed', 'Ready=True/Ready'];

/** A configuration with a rule for each of these users. */
export function configFor(...users: readonly string[]): PluginConfig {
  const rules = users.map((value): Rule => {
    const conditions = [{ kind: 'header', name: 'x-user-id', operator: 'exact', value }] as const;
    const headers = { set: [{ name: 'x-mse-tag', value: 'gray' }] };
    return { id: `shop/a/${value}`, lane: 'shop/a', conditions, headers };
  });
  return { revision: `for-${users.join('-')}`.slice(0, 60), rules };
}

/** What a target is to be brought to, with that configuration. */
export function desired(pluginConfig: PluginConfig): Desired {
  const compiled = { ...NOTHING, pluginConfig };
  return { compiled, objects: () => [], diagnostics: [] };
}

/** Writes down what is asked of an API server and what it refuses. */
export class RecordingApi implements ApiServer {
  readonly #api: ApiServer;
  readonly requests: ApiRequest[] = [];
  readonly refusals: ApiError[] = [];
  /** True: watches tell nothing. */
  isBlind = false;
  /** How much later the answer to a write comes than the write is made, in milliseconds. */
  delayMs = 0;
  /** How much later watches tell of something than they hear of it, in milliseconds. */
  lagMs = 0;
  /** How many lines of watches were told and taken. */
  told = 0;

  constructor(api: ApiServer) {
    this.#api = api;
  }

  /** Writes since the last time that this was asked for, as `config` and `status`. */
  takeWrites(): readonly string[] {
    const writes = this.requests.splice(0).filter(({ method }) => method !== 'GET');
    return writes.map(({ method, path }) =>
      method !== 'PATCH' ? `${method} ${path}` : path.endsWith('/status') ? 'status' : 'config',
    );
  }

  async request(request: ApiRequest): Promise<unknown> {
    this.requests.push(request);
    try {
      const answer = await this.#api.request(request);
      if (request.method === 'PATCH' && this.delayMs > 0) await this.#delay(request.signal);
      return answer;
    } catch (error) {
      if (error instanceof ApiError) this.refusals.push(error);
      throw error;
    }
  }

  async #delay(signal: AbortSignal | undefined): Promise<void> {
    await sleep(this.delayMs, undefined, signal && { signal }).catch(() => {
      throw new ApiError('given up', { reason: 'Aborted' });
    });
  }

  async *lines(request: StreamRequest): AsyncGenerator<string> {
    for await (const line of this.#api.lines(request)) {
      if (this.lagMs > 0) await sleep(this.lagMs);
      if (!this.isBlind) yield line;
      this.told += 1;
    }
  }

  close(): void {
    this.#api.close();
  }
}

/** The API server by the agent's own way to it, as the user whom the tests grant what the chart grants. */
export async function agentApi(cluster: Cluster): Promise<RecordingApi> {
  return new RecordingApi(await connect({ kubeconfig: await cluster.kubeconfig('agent') }));
}

/** The WasmPlugin as the chart makes it, and whoever else touches it. */
export class PluginObject {
  readonly #cluster: Cluster;
  readonly #flavour: Flavour;
  readonly #path: string;

  constructor(cluster: Cluster, flavour: Flavour) {
    this.#cluster = cluster;
    this.#flavour = flavour;
    this.#path = objectPath(flavour.resource, flavour.namespace, 'graylane');
  }

  async create(): Promise<void> {
    const { resource, namespace } = this.#flavour;
    const spec = { url: 'file:///plugin.wasm', priority: 400 };
    const metadata = { name: 'graylane', namespace, labels: { app: 'graylane' } };
    await this.#cluster.apply([{ apiVersion: apiVersionOf(resource), kind: resource.kind, metadata, spec }]);
  }

  async delete(): Promise<void> {
    await this.#cluster.admin.request({ method: 'DELETE', path: this.#path }).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    });
  }

  read(): Promise<unknown> {
    return this.#cluster.admin.request({ method: 'GET', path: this.#path });
  }

  /** Undefined when there is none. */
  async config(): Promise<unknown> {
    return at(await this.read(), 'spec', this.#flavour.field);
  }

  /** `Type=Status/Reason` of each condition. */
  async conditions(): Promise<readonly string[]> {
    const conditions = listAt(await this.read(), 'status', 'conditions');
    return conditions.map((one) => `${textAt(one, 'type')}=${textAt(one, 'status')}/${textAt(one, 'reason')}`);
  }

  /** As `kubectl patch --type merge` by that field manager. */
  async patch(body: unknown, fieldManager = 'kubectl-patch'): Promise<void> {
    const contentType = 'application/merge-patch+json';
    await this.#cluster.admin.request({
      method: 'PATCH',
      path: this.#path,
      query: { fieldManager },
      contentType,
      body,
    });
  }

  /** The same, of keys in the field of the configuration. */
  patchConfig(keys: unknown, fieldManager?: string): Promise<void> {
    return this.patch({ spec: { [this.#flavour.field]: keys } }, fieldManager);
  }

  /** As an agent writes its configuration. */
  async configure(config: unknown): Promise<void> {
    const { resource, field } = this.#flavour;
    await this.#cluster.admin.request({
      method: 'PATCH',
      path: this.#path,
      query: { fieldManager: 'graylane' },
      contentType: 'application/apply-patch+yaml',
      body: {
        apiVersion: apiVersionOf(resource),
        kind: resource.kind,
        metadata: { name: 'graylane' },
        spec: { [field]: config },
      },
    });
  }

  /** What each field manager owns, as paths such as `spec.url`. */
  async owners(): Promise<Readonly<Record<string, readonly string[]>>> {
    const entries = listAt(await this.read(), 'metadata', 'managedFields').map((entry): [string, readonly string[]] => [
      `${textAt(entry, 'manager')} ${textAt(entry, 'operation')}`,
      leavesOf(at(entry, 'fieldsV1')),
    ]);
    return Object.fromEntries(entries);
  }
}

function leavesOf(fields: unknown, path = ''): readonly string[] {
  const names = Object.keys(Object(fields)).filter((name) => name !== '.');
  if (names.length === 0) return [path];
  return names.flatMap((name) => leavesOf(at(fields, name), `${path}${path && '.'}${name.replace(/^f:/, '')}`));
}

export interface TargetOptions {
  readonly forceConflicts?: boolean;
}

export function targetOf(api: ApiServer, flavour: Flavour, { forceConflicts = false }: TargetOptions = {}) {
  return new WasmPluginTarget({
    api,
    flavour,
    namespace: flavour.namespace,
    name: 'graylane',
    forceConflicts,
    log: SILENT,
    now: Date.now,
    random: Math.random,
    timing: { reconnectMs: 50, backoff: { minMs: 50, maxMs: 200 } },
  });
}

/** Applies again whenever something changed, one at a time, as the reconciler does. */
export class Keeper {
  readonly outcomes: Outcome[] = [];
  readonly #target: WasmPluginTarget;
  readonly #desired: Desired;
  #isDirty = false;
  #isClosed = false;
  #working: Promise<void> | undefined;

  constructor(target: WasmPluginTarget, wanted: Desired) {
    this.#target = target;
    this.#desired = wanted;
  }

  async start(): Promise<void> {
    await this.#target.start(() => this.#again());
    this.#again();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#working;
    await this.#target.close();
  }

  #again(): void {
    this.#isDirty = true;
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    while (this.#isDirty && !this.#isClosed) {
      this.#isDirty = false;
      const outcome = await this.#target.apply(this.#desired, NEVER).catch(() => undefined);
      if (outcome !== undefined) this.outcomes.push(outcome);
      else await sleep(50).then(() => this.#again());
    }
    this.#working = undefined;
  }
}

/** What the chart grants the agent in the namespace of the WasmPlugin. */
export function roleFor(flavour: Flavour, patched: readonly string[]): readonly object[] {
  const { group } = flavour.resource;
  const metadata = { name: 'graylane', namespace: flavour.namespace };
  return [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [
        { apiGroups: [group], resources: ['wasmplugins'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: [group], resources: patched, verbs: ['patch'], resourceNames: ['graylane'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'graylane' },
      subjects: [{ kind: 'User', name: 'agent', apiGroup: 'rbac.authorization.k8s.io' }],
    },
  ];
}
