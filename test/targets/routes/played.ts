import type { Desired, Outcome } from '../../../agent/controller/target.ts';
import { ApiError, type ApiRequest, type ApiServer } from '../../../agent/kubernetes/api-server.ts';
import type { Compiled } from '../../../agent/model/compiled.ts';
import type { KubernetesObject } from '../../../agent/model/snapshot.ts';
import type { TagTarget } from '../../../agent/targets/routes/target.ts';

/** Gateways that take what they are told. */
export class PlayedTags implements TagTarget {
  readonly name = 'played';
  readonly diagnostics = [];
  isBlocked = false;
  #rules: readonly string[] = [];
  readonly #did: (what: string) => void;

  /** @param did is told of what gateways were told */
  constructor(did: (what: string) => void) {
    this.#did = did;
  }

  get rules(): readonly string[] {
    return this.#rules;
  }

  async start(): Promise<void> {}

  isUrgent({ compiled }: Desired): boolean {
    return this.#rules.some((id) => !idsOf(compiled).includes(id));
  }

  async apply({ compiled }: Desired): Promise<Outcome> {
    if (this.isBlocked) return { kind: 'blocked', reason: 'FieldConflict', message: 'No.' };
    return this.#tell(idsOf(compiled));
  }

  async withdraw({ compiled }: Desired): Promise<void> {
    this.#tell(this.#rules.filter((id) => idsOf(compiled).includes(id)));
  }

  async close(): Promise<void> {}

  #tell(rules: readonly string[]): Outcome {
    this.#rules = rules;
    this.#did(`tags ${rules.join()}`);
    return { kind: 'written', what: 'spec' };
  }
}

function idsOf({ pluginConfig }: Compiled): readonly string[] {
  return pluginConfig.rules?.map(({ id }) => id) ?? [];
}

/** An API server that keeps what it is given, by `plural/name`. */
export class PlayedCluster implements ApiServer {
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #hidden = new Map<string, KubernetesObject>();
  readonly #refusals = new Map<string, ApiError>();
  readonly #did: (what: string) => void;
  #version = 0;

  /** @param did is told of what was written */
  constructor(did: (what: string) => void) {
    this.#did = did;
  }

  names(): readonly string[] {
    return [...this.#objects.keys()].sort();
  }

  objects(): readonly KubernetesObject[] {
    return [...this.#objects.values()];
  }

  find(name: string): unknown {
    return this.#objects.get(name);
  }

  put(name: string, object: unknown): void {
    this.#objects.set(name, withVersion(object, this.#next()));
  }

  /** The watch has not told of it. */
  hide(name: string, object: KubernetesObject): void {
    this.#hidden.set(name, object);
  }

  refuse(name: string, error: ApiError): void {
    this.#refusals.set(name, error);
  }

  async request({ method, path, body }: ApiRequest): Promise<unknown> {
    const name = path.split('/').slice(-2).join('/');
    const refusal = this.#refusals.get(name);
    if (method === 'PATCH' && refusal === undefined) this.put(name, body);
    const object = this.#objects.get(name) ?? this.#hidden.get(name);
    if (method === 'DELETE' && refusal === undefined) this.#objects.delete(name);
    if (method !== 'GET') this.#did(`${method} ${name}`);
    if (refusal !== undefined && method !== 'GET') throw refusal;
    if (object === undefined) throw new ApiError('not found', { status: 404 });
    return object;
  }

  lines(): AsyncIterable<string> {
    throw new Error('nothing is watched here');
  }

  close(): void {}

  #next(): string {
    this.#version += 1;
    return String(this.#version);
  }
}

function withVersion(object: unknown, resourceVersion: string): KubernetesObject {
  const given = Object(object);
  return { ...given, metadata: { ...given.metadata, uid: given.metadata.name, resourceVersion } };
}
