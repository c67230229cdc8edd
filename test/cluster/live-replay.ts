import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type ApiRequest, type ApiServer } from '../../agent/kubernetes/api-server.ts';
import { at, canonical, type Fields, integerAt, isFields, listAt, textAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import type { Entry, Event } from '../traces/recording.ts';
import { Manifests, type Paths } from './manifests.ts';

const RETRY_MS = 100;
/** As the recording has it. */
const NODE = 'node-1';
/** What the server decides by itself. */
const OF_SERVER = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
];

export interface ReplayOptions {
  /** Where it happens, in place of where it was recorded. */
  readonly namespace: string;
  /** How many times faster than it was recorded; Infinity: as fast as it goes. */
  readonly speed: number;
}

/**
 * Plays a recording into an API server by writing what Kruise, the kubelet and people wrote: each event becomes the request
 * that caused it. Nobody else acts there, so that what the server makes of it is what was recorded:
 *
 * - Specs and metadata are PUT to the object, status to its subresource. The server counts generations by itself, and each is
 *   compared with the recorded one: `observedGeneration` and the like mean the same as when they were recorded.
 * - A termination begins by DELETE. Pods then stay because of their grace period, since they are bound to a node from the
 *   beginning (the recording binds them a moment later), others because of their finalizers, as recorded.
 * - They are gone by a DELETE without grace, or when the last finalizer is taken away.
 * - A Service gets an address of its own, and nobody needs the uid of an owner.
 *
 * A write that the server does not answer is made again until it does.
 */
export class LiveReplay {
  readonly #api: ApiServer;
  readonly #manifests: Manifests;
  readonly #options: ReplayOptions;
  /** As the server answered last, by kind and name. */
  readonly #known = new Map<string, unknown>();
  #signal: AbortSignal | undefined;

  constructor(api: ApiServer, options: ReplayOptions) {
    this.#api = api;
    this.#manifests = new Manifests(api);
    this.#options = options;
  }

  /** Plays all of it, or until the signal comes. */
  async play(entries: readonly Entry[], signal?: AbortSignal): Promise<void> {
    this.#signal = signal;
    const { namespace, speed } = this.#options;
    const beginMs = performance.now();
    await this.#manifests.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
    for (const entry of entries) {
      if (signal?.aborted === true) return;
      const waitMs = beginMs + entry.t / speed - performance.now();
      if (waitMs > 1) await sleep(waitMs);
      if (entry.kind === 'event') await this.write(entry);
    }
  }

  /** Makes one event happen. Rejects when the server counts another generation than was recorded. */
  async write({ type, object, line }: Pick<Event, 'type' | 'object' | 'line'>): Promise<void> {
    const moved = { ...object, metadata: { ...object.metadata, namespace: this.#options.namespace } };
    const paths = await this.#manifests.pathsOf(moved);
    const key = `${object.kind}/${object.metadata.name}`;
    if (type === 'DELETED') {
      if (this.#known.has(key)) await this.#remove(moved, this.#known.get(key), paths);
      this.#known.delete(key);
      return;
    }
    const now = await this.#write(moved, this.#known.get(key), paths);
    this.#known.set(key, now);
    const [recorded, counted] = [moved, now].map((one) => integerAt(one, 'metadata', 'generation'));
    if (recorded !== counted) throw new Error(`line ${line}: generation ${counted} of ${key}, recorded ${recorded}`);
  }

  /** Brings an object to what was recorded; gives it as it is then. */
  async #write(wanted: KubernetesObject, known: unknown, paths: Paths): Promise<unknown> {
    let now = known;
    if (now === undefined) now = await this.#create(wanted, paths);
    else if (mainOf(now) !== mainOf(wanted)) now = await this.#put(paths.object, now, mainFields(wanted, now));
    if (paths.hasStatus && statusOf(now) !== statusOf(wanted)) {
      const metadata = { annotations: asFields(at(wanted, 'metadata', 'annotations')) };
      now = await this.#put(`${paths.object}/status`, now, { status: wanted['status'], metadata });
    }
    const isGoing = at(wanted, 'metadata', 'deletionTimestamp') !== undefined;
    if (!isGoing || at(now, 'metadata', 'deletionTimestamp') !== undefined) return now;
    await this.#send({ method: 'DELETE', path: paths.object, body: { propagationPolicy: 'Background' } });
    return this.#send({ method: 'GET', path: paths.object });
  }

  async #create(wanted: KubernetesObject, { collection, object: path }: Paths): Promise<unknown> {
    const body = { ...createdFields(wanted), metadata: ownMetadata(wanted) };
    try {
      return await this.#send({ method: 'POST', path: collection, body });
    } catch (error) {
      // The answer to the first try was lost.
      if (error instanceof ApiError && error.reason === 'AlreadyExists') return this.#send({ method: 'GET', path });
      throw error;
    }
  }

  async #put(path: string, known: unknown, fields: Fields): Promise<unknown> {
    const metadata = {
      ...asFields(at(known, 'metadata')),
      ...('metadata' in fields ? asFields(fields['metadata']) : {}),
    };
    try {
      return await this.#send({ method: 'PUT', path, body: { ...asFields(known), ...fields, metadata } });
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'Conflict')) throw error;
      return this.#put(path, await this.#send({ method: 'GET', path: path.replace(/\/status$/, '') }), fields);
    }
  }

  async #remove(wanted: KubernetesObject, known: unknown, { object: path }: Paths): Promise<void> {
    try {
      const holders = listAt(known, 'metadata', 'finalizers');
      const isGoing = at(known, 'metadata', 'deletionTimestamp') !== undefined;
      if (holders.length > 0) await this.#put(path, known, { metadata: { finalizers: [] } });
      if (holders.length > 0 && isGoing) return;
      const body = { propagationPolicy: 'Background', ...(wanted.kind === 'Pod' && { gracePeriodSeconds: 0 }) };
      await this.#send({ method: 'DELETE', path, body });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  async #send(request: ApiRequest): Promise<unknown> {
    for (;;) {
      try {
        return await this.#api.request({ ...request, timeoutMs: 10_000 });
      } catch (error) {
        const isDown = error instanceof ApiError && (error.status === 0 || error.status >= 500);
        if (!isDown || this.#signal?.aborted === true) throw error;
        await sleep(RETRY_MS);
      }
    }
  }
}

/** What is written to the object itself when it is made. */
function createdFields(wanted: KubernetesObject): Fields {
  const { status: _, ...fields } = wanted;
  if (wanted.kind === 'Pod') return { ...fields, spec: { nodeName: NODE, ...asFields(wanted['spec']) } };
  return { ...fields, ...(wanted.kind === 'Service' && { spec: withoutAddress(wanted['spec']) }) };
}

/** What is written to the object itself when it is there: of a pod only metadata change, and a Service keeps its address. */
function mainFields(wanted: KubernetesObject, known: unknown): Fields {
  const { status: _, spec, ...fields } = wanted;
  const metadata = ownMetadata(wanted);
  if (wanted.kind === 'Pod') return { ...fields, metadata };
  const { clusterIP, clusterIPs } = asFields(at(known, 'spec'));
  const address = wanted.kind === 'Service' ? { clusterIP, clusterIPs } : {};
  return { ...fields, metadata, spec: { ...asFields(spec), ...address } };
}

/** Finalizers and annotations that were taken away are taken away. */
function ownMetadata({ metadata }: KubernetesObject): Fields {
  const fields = Object.entries(metadata).filter(([name]) => !OF_SERVER.includes(name) && name !== 'managedFields');
  return { labels: {}, annotations: {}, finalizers: [], ownerReferences: [], ...Object.fromEntries(fields) };
}

/**
 * One text for what is written to the object itself. Of a pod nothing but metadata changes. The annotations of a Deployment are
 * written with its status when its generation stays: the Deployment controller does so, and otherwise they would count it up.
 */
function mainOf(object: unknown): string {
  const kind = textAt(object, 'kind');
  const labels = asFields(at(object, 'metadata', 'labels'));
  const annotations = kind === 'Deployment' ? integerAt(object, 'metadata', 'generation') : annotationsOf(object);
  const finalizers = listAt(object, 'metadata', 'finalizers');
  const spec = kind === 'Pod' ? undefined : withoutAddress(at(object, 'spec'));
  return canonical([labels, annotations, finalizers, spec]);
}

/** One text for what is written with the status. */
function statusOf(object: unknown): string {
  const annotations = textAt(object, 'kind') === 'Deployment' ? annotationsOf(object) : undefined;
  return canonical([at(object, 'status'), annotations]);
}

function annotationsOf(object: unknown): Fields {
  return asFields(at(object, 'metadata', 'annotations'));
}

function withoutAddress(spec: unknown): Fields {
  const { clusterIP: _, clusterIPs: __, ...others } = asFields(spec);
  return others;
}

function asFields(value: unknown): Fields {
  return isFields(value) ? value : {};
}
