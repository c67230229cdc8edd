import { type IncomingMessage, request } from 'node:http';
import { at, isFields, listAt, textAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import type { Cluster } from './cluster.ts';
import { linesOf } from './lines.ts';

/** One object was written or is gone. */
export interface Change {
  /** `resourceVersion` of the object as it is then: one order for all kinds. */
  readonly revision: number;
  /** Of `performance.now()`, when it was seen; a few milliseconds late. */
  readonly atMs: number;
  /** Where etcd has it. */
  readonly key: string;
  /** Undefined when it is gone. */
  readonly object: KubernetesObject | undefined;
}

/**
 * Everything that becomes of a cluster's objects, in order and without gaps, as etcd tells it: an API server that is killed,
 * frozen or lied about keeps nothing from it, and no code of the agent has part in it.
 */
export class History {
  readonly changes: Change[] = [];
  readonly #stream: IncomingMessage;
  readonly #running: Promise<void>;
  #waiting: (() => void)[] = [];

  private constructor(stream: IncomingMessage) {
    this.#stream = stream;
    this.#running = this.#follow();
  }

  /** Begins with what was ever in there. */
  static async begin({ etcdUrl }: Cluster): Promise<History> {
    const range = { key: base64('/registry/'), range_end: base64('/registry0'), start_revision: '1' };
    const stream = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = request(new URL('/v3/watch', etcdUrl), { method: 'POST' }, resolve);
      call.on('error', reject);
      call.end(JSON.stringify({ create_request: range }));
    });
    if (stream.statusCode !== 200) throw new Error(`etcd answers ${stream.statusCode}`);
    return new History(stream);
  }

  /** Resolves when the change of that revision, and so all before, was seen. */
  async reached(revision: number): Promise<void> {
    while ((this.changes.at(-1)?.revision ?? 0) < revision) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async end(): Promise<void> {
    this.#stream.destroy();
    await this.#running;
  }

  async #follow(): Promise<void> {
    try {
      for await (const line of linesOf(this.#stream)) this.#take(JSON.parse(line));
    } catch {
      // It ends when it is told to, and when the cluster is gone.
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #take(message: unknown): void {
    const atMs = performance.now();
    for (const event of listAt(message, 'result', 'events')) {
      const isGone = textAt(event, 'type') === 'DELETE';
      const value = isGone
        ? undefined
        : JSON.parse(Buffer.from(textAt(event, 'kv', 'value') ?? '', 'base64').toString());
      this.changes.push({
        revision: Number(textAt(event, 'kv', 'mod_revision')),
        atMs,
        key: Buffer.from(textAt(event, 'kv', 'key') ?? '', 'base64').toString(),
        object: isObject(value) ? asServed(value) : undefined,
      });
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/**
 * As it is read. A server without webhook writes another version on Kruise's objects when it stores them, and changes nothing
 * else. Kubernetes 1.20 stores Ingresses in the version before, whose backends are written otherwise.
 */
function asServed(object: KubernetesObject): KubernetesObject {
  const inGroup = (version: string): KubernetesObject => ({ ...object, apiVersion: `rollouts.kruise.io/${version}` });
  switch (object.kind) {
    case 'Ingress':
      return JSON.parse(JSON.stringify({ ...object, apiVersion: 'networking.k8s.io/v1' }), backend);
    case 'BatchRelease':
      return inGroup('v1beta1');
    case 'Rollout':
      return inGroup(at(object, 'spec', 'objectRef') === undefined ? 'v1beta1' : 'v1alpha1');
    default:
      return object;
  }
}

function backend(_key: string, value: unknown): unknown {
  const name = at(value, 'serviceName');
  const port = at(value, 'servicePort');
  return name === undefined
    ? value
    : { service: { name, port: { [typeof port === 'number' ? 'number' : 'name']: port } } };
}

function isObject(value: unknown): value is KubernetesObject {
  return isFields(value) && textAt(value, 'kind') !== undefined && textAt(value, 'metadata', 'name') !== undefined;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
