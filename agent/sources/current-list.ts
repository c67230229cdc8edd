import { listAll } from '../controller/listing.ts';
import type { ApiServer } from '../kubernetes/api-server.ts';
import { collectionPath, type Resource } from '../kubernetes/resource.ts';
import { isExpired } from '../kubernetes/status.ts';
import type { KubernetesObject } from '../model/snapshot.ts';

/** How many objects the server is asked for at a time, as kubectl does. */
const PAGE_SIZE = 500;
const TIMEOUT_MS = 30_000;
/** Pages expire when it takes too long to fetch them; then all is fetched anew, so often. */
const ATTEMPTS = 3;

/** Which objects of a kind. */
export interface Selection {
  /** Undefined: those of all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  /** For each page, in milliseconds; default 30,000. */
  readonly timeoutMs?: number;
}

/** The objects of a kind as they are now, for those who do not watch. Rejects with an ApiError. */
export async function currentList(
  api: ApiServer,
  resource: Resource,
  { namespace, labelSelector, timeoutMs = TIMEOUT_MS }: Selection,
): Promise<readonly KubernetesObject[]> {
  const options = {
    api,
    resource,
    path: collectionPath(resource, namespace),
    query: { labelSelector },
    pageSize: PAGE_SIZE,
    timeoutMs,
    signal: new AbortController().signal,
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await listAll(options, ({ object }) => object)).items;
    } catch (error) {
      if (!isExpired(error) || attempt === ATTEMPTS) throw error;
    }
  }
}
