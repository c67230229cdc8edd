import { ApiError, type ApiServer } from '../../kubernetes/api-server.ts';
import { hasStatus } from '../../kubernetes/failure.ts';
import { objectPath, type Resource } from '../../kubernetes/resource.ts';
import { fieldsAt, isFields, textAt } from '../../model/json.ts';
import { isOwn } from '../../model/own.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import { FIELD_MANAGER } from '../wasmplugin/live.ts';
import { ROUTE_FORMATS } from './formats.ts';
import { marked } from './stored.ts';

/** For each request, in milliseconds. */
const TIMEOUT_MS = 5000;

interface RouteWriterOptions {
  readonly api: ApiServer;
  /** Takes fields from other field managers. */
  readonly forceConflicts: boolean;
}

/** Applies and deletes single objects that graylane makes. All of it rejects with an ApiError. */
export class RouteWriter {
  readonly #options: RouteWriterOptions;

  constructor(options: RouteWriterOptions) {
    this.#options = options;
  }

  /**
   * Resolves with the object as the API server has it then, or says that somebody else has one of that name.
   *
   * @param isKnown whether graylane is known to have made it
   */
  async apply(object: KubernetesObject, isKnown: boolean, signal: AbortSignal): Promise<KubernetesObject | 'taken'> {
    if (!isKnown && (await this.#isTaken(object, signal))) return 'taken';
    const { api, forceConflicts } = this.#options;
    const answer = await api.request({
      method: 'PATCH',
      path: pathOf(object),
      query: { fieldManager: FIELD_MANAGER, ...(forceConflicts && { force: true }) },
      contentType: 'application/apply-patch+yaml',
      body: marked(object),
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    if (!isFields(answer)) throw new ApiError(`PATCH ${pathOf(object)}: the answer is no object`, { body: answer });
    const { apiVersion, kind, metadata } = object;
    return { ...answer, apiVersion, kind, metadata: { ...metadata, ...fieldsAt(answer, 'metadata') } };
  }

  /** Deletes that very object; one that is gone, or another one of that name, is left alone. */
  async remove(object: KubernetesObject, signal: AbortSignal): Promise<void> {
    const uid = textAt(object, 'metadata', 'uid');
    try {
      await this.#options.api.request({
        method: 'DELETE',
        path: pathOf(object),
        ...(uid !== undefined && { body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } } }),
        timeoutMs: TIMEOUT_MS,
        signal,
      });
    } catch (error) {
      if (!hasStatus(error, 404) && !hasStatus(error, 409)) throw error;
    }
  }

  async #isTaken(object: KubernetesObject, signal: AbortSignal): Promise<boolean> {
    const { api } = this.#options;
    try {
      return !isOwn(await api.request({ method: 'GET', path: pathOf(object), timeoutMs: TIMEOUT_MS, signal }));
    } catch (error) {
      if (hasStatus(error, 404)) return false;
      throw error;
    }
  }
}

/** Every kind that graylane makes, by its kind and group. */
const RESOURCES: ReadonlyMap<string, Resource> = new Map(
  Object.values(ROUTE_FORMATS)
    .flatMap(({ writes }) => writes)
    .map(([resource]) => [`${resource.kind}.${resource.group}`, resource]),
);

function pathOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const resource = RESOURCES.get(`${kind}.${group}`);
  if (resource === undefined)
    throw new ApiError(`graylane makes no ${kind} of ${apiVersion}`, { reason: 'Unreadable' });
  return objectPath({ ...resource, version }, metadata.namespace ?? 'default', metadata.name);
}

/** True for the kinds that graylane makes. */
export function isWritable({ apiVersion, kind }: KubernetesObject): boolean {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return RESOURCES.has(`${kind}.${group}`);
}
