import { listAt, textAt } from '../model/json.ts';
import { ApiError, type ApiServer } from './api-server.ts';
import { type GroupVersion, versionPath } from './resource.ts';

/**
 * The plural names of what the server serves in a group and version. None when it knows neither; but a server that is just
 * starting does not know all of them yet. Rejects with an ApiError when it does not say.
 */
export async function servedResources(
  api: ApiServer,
  version: GroupVersion,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const path = versionPath(version);
  try {
    const answer = await api.request({ method: 'GET', path, ...(signal !== undefined && { signal }) });
    if (textAt(answer, 'kind') !== 'APIResourceList')
      throw new ApiError(`GET ${path}: the answer is no APIResourceList`);
    return new Set(listAt(answer, 'resources').flatMap((resource) => textAt(resource, 'name') ?? []));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return new Set();
    throw error;
  }
}

/** True when the server says that it has started completely; false when it says otherwise, or nothing, or is not to be asked. */
export async function isReady(api: ApiServer, signal: AbortSignal): Promise<boolean> {
  try {
    await api.request({ method: 'GET', path: '/readyz', signal });
    return true;
  } catch (error) {
    // What it says then is a text, `ok`.
    return error instanceof ApiError && error.reason === 'NoJson';
  }
}
