import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type ApiServer } from '../../agent/kubernetes/api-server.ts';
import { at, isFields, listAt, textAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { parseManifests } from '../../agent/sources/directory.ts';

const PATIENCE_MS = 20_000;
const POLL_MS = 50;

/** Where the objects of a kind are found. */
interface Place {
  readonly group: string;
  readonly plural: string;
  readonly isNamespaced: boolean;
  readonly hasStatus: boolean;
}

/** Where an object is. */
export interface Paths {
  readonly collection: string;
  readonly object: string;
  readonly hasStatus: boolean;
}

/** The objects of a YAML or JSON text, or of a list. Throws when the text has something else in it. */
export function objectsOf(manifests: string | readonly object[]): readonly KubernetesObject[] {
  const text = typeof manifests === 'string' ? manifests : JSON.stringify({ kind: 'List', items: manifests });
  const { objects, diagnostics } = parseManifests(text, 'manifests');
  const [diagnostic] = diagnostics;
  if (diagnostic !== undefined) throw new Error(`${diagnostic.path}: ${diagnostic.message}`);
  return objects;
}

/** Creates and replaces objects as whoever the API server takes the client for. */
export class Manifests {
  readonly #api: ApiServer;
  readonly #places = new Map<string, Place>();

  constructor(api: ApiServer) {
    this.#api = api;
  }

  /**
   * Creates or replaces, in order; CustomResourceDefinitions at the same time, until they are served. A namespace that is
   * missing is made. A status goes through the status subresource where there is one.
   */
  async apply(manifests: string | readonly object[]): Promise<void> {
    const objects = objectsOf(manifests);
    const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
    await Promise.all(definitions.map((definition) => this.#define(definition)));
    for (const object of objects) if (!definitions.includes(object)) await this.put(object);
  }

  /** Creates or replaces one object, and its status. Resolves with the object as it is then. */
  async put(object: KubernetesObject): Promise<unknown> {
    const place = await this.#place(object);
    const written = await this.#write(object, place);
    const status = at(object, 'status');
    if (!place.hasStatus || status === undefined) return written;
    const path = `${pathOf(object, place)}/status`;
    return this.#api.request({ method: 'PUT', path, body: { ...(isFields(written) ? written : {}), status } });
  }

  /** Resolves when all kinds that were applied are served: after its start, an API server answers 404 for custom resources. */
  async untilServed(): Promise<void> {
    const paths = [...this.#places.values()].map(({ group, plural }) => `${group}/${plural}`);
    await Promise.all(paths.map((path) => this.#untilServed(path)));
  }

  /** Paths of an object, and whether its status is written apart. */
  async pathsOf(object: KubernetesObject): Promise<Paths> {
    const place = await this.#place(object);
    return { collection: collectionOf(object, place), object: pathOf(object, place), hasStatus: place.hasStatus };
  }

  async #write(object: KubernetesObject, place: Place): Promise<unknown> {
    try {
      return await this.#api.request({ method: 'POST', path: collectionOf(object, place), body: object });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 409 && error.reason === 'AlreadyExists') return this.#replace(object, place);
      if (error.status === 404 && error.message.includes('namespaces "')) {
        await this.put({
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: object.metadata.namespace ?? 'default' },
        });
        return this.#write(object, place);
      }
      throw error;
    }
  }

  async #replace(object: KubernetesObject, place: Place): Promise<unknown> {
    const path = pathOf(object, place);
    const found = await this.#api.request({ method: 'GET', path });
    const resourceVersion = textAt(found, 'metadata', 'resourceVersion');
    try {
      const body = { ...withAddress(object, found), metadata: { ...object.metadata, resourceVersion } };
      return await this.#api.request({ method: 'PUT', path, body });
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'Conflict') return this.#replace(object, place);
      throw error;
    }
  }

  async #define(definition: KubernetesObject): Promise<void> {
    await this.put(definition);
    const group = textAt(definition, 'spec', 'group') ?? '';
    const plural = textAt(definition, 'spec', 'names', 'plural') ?? '';
    for (const version of listAt(definition, 'spec', 'versions')) {
      if (at(version, 'served') !== true) continue;
      await this.#untilServed(`/apis/${group}/${textAt(version, 'name')}/${plural}`);
    }
  }

  async #untilServed(path: string): Promise<void> {
    await this.#eventually(path, async () => {
      await this.#api.request({ method: 'GET', path, query: { limit: 1 } });
      return true;
    });
  }

  async #place(object: KubernetesObject): Promise<Place> {
    const key = `${object.apiVersion} ${object.kind}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = await this.#eventually(key, () => this.#discover(object));
    this.#places.set(key, place);
    return place;
  }

  async #discover({ apiVersion, kind }: KubernetesObject): Promise<Place | undefined> {
    const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resources = listAt(await this.#api.request({ method: 'GET', path: group }), 'resources');
    const found = resources.find((one) => textAt(one, 'kind') === kind && !textAt(one, 'name')?.includes('/'));
    const plural = textAt(found, 'name');
    if (plural === undefined) return undefined;
    const hasStatus = resources.some((one) => textAt(one, 'name') === `${plural}/status`);
    return { group, plural, isNamespaced: at(found, 'namespaced') === true, hasStatus };
  }

  /** What the attempt comes to, tried again for some time while it comes to nothing or is not found. */
  async #eventually<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = await attempt().catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return undefined;
        throw error;
      });
      if (found !== undefined) return found;
      if (performance.now() > deadline) throw new Error(`the API server does not serve ${what}`);
      await sleep(POLL_MS);
    }
  }
}

/** A Service keeps the address that it got. */
function withAddress(object: KubernetesObject, found: unknown): KubernetesObject {
  const spec = at(object, 'spec');
  if (object.kind !== 'Service' || !isFields(spec)) return object;
  const [clusterIP, clusterIPs] = [at(found, 'spec', 'clusterIP'), at(found, 'spec', 'clusterIPs')];
  return { ...object, spec: { clusterIP, clusterIPs, ...spec } };
}

function collectionOf(object: KubernetesObject, { group, plural, isNamespaced }: Place): string {
  return isNamespaced
    ? `${group}/namespaces/${object.metadata.namespace ?? 'default'}/${plural}`
    : `${group}/${plural}`;
}

function pathOf(object: KubernetesObject, place: Place): string {
  return `${collectionOf(object, place)}/${encodeURIComponent(object.metadata.name)}`;
}
