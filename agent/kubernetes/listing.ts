import { isFields, listAt, textAt } from '../model/json.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import { ApiError, type ApiServer } from './api-server.ts';
import { apiVersionOf, collectionPath, type Resource } from './resource.ts';

/** How many objects the server is asked for at a time, as kubectl does. */
const PAGE = 500;
/** Pages go stale when it takes too long to fetch them; then all is fetched anew, so often. */
const ATTEMPTS = 3;

/** What to list. */
export interface Listing {
  /** Undefined: of all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  /** For each page, in milliseconds; default 30,000. */
  readonly timeoutMs?: number;
}

/** All objects of a kind as they are now. Rejects with an ApiError. */
export async function listAll(api: ApiServer, resource: Resource, what: Listing): Promise<readonly KubernetesObject[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await pagesOf(api, resource, what);
    } catch (error) {
      const isStale = error instanceof ApiError && error.status === 410;
      if (!isStale || attempt === ATTEMPTS) throw error;
    }
  }
}

async function pagesOf(
  api: ApiServer,
  resource: Resource,
  { namespace, labelSelector, timeoutMs }: Listing,
): Promise<readonly KubernetesObject[]> {
  const path = collectionPath(resource, namespace);
  const objects: KubernetesObject[] = [];
  let next: string | undefined;
  do {
    const query = { limit: PAGE, continue: next, labelSelector };
    const page = await api.request({ method: 'GET', path, query, ...(timeoutMs !== undefined && { timeoutMs }) });
    for (const item of listAt(page, 'items')) objects.push(...named(item, resource));
    next = textAt(page, 'metadata', 'continue') || undefined;
  } while (next !== undefined);
  return objects;
}

/** In a list, objects do not say what they are. */
function named(item: unknown, resource: Resource): readonly KubernetesObject[] {
  const metadata = isFields(item) ? item['metadata'] : undefined;
  const name = textAt(metadata, 'name');
  if (!isFields(item) || !isFields(metadata) || name === undefined) return [];
  const namespace = textAt(metadata, 'namespace');
  const where = { ...metadata, name, ...(namespace !== undefined && { namespace }) };
  return [{ ...item, apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: where }];
}
