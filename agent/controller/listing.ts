import type { ApiRequest, ApiServer } from '../kubernetes/api-server.ts';
import { apiVersionOf, type Resource } from '../kubernetes/resource.ts';
import { at, textAt } from '../model/json.ts';
import { METADATA_ONLY, type Received, received, receivedMetadata, unreadable } from './object.ts';

export interface ListOptions {
  readonly api: ApiServer;
  readonly resource: Resource;
  readonly path: string;
  readonly query?: ApiRequest['query'];
  /** Objects in one answer; undefined: all of them in one. */
  readonly pageSize: number | undefined;
  /** For one page, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Asks for metadata alone, which an API server has of every kind. */
  readonly isMetadataOnly?: boolean;
}

/** A whole list at one moment of the server's history. */
export interface Listing<T> {
  readonly items: readonly T[];
  /** The moment: where a watch is to begin. */
  readonly version: string;
  /** How many items nobody could say the names of. */
  readonly unnamed: number;
}

/** Reads all pages. `keep` is called as they come, so that no more than one page is in memory as it came. Rejects with an ApiError. */
export async function listAll<T>(options: ListOptions, keep: (item: Received) => T): Promise<Listing<T>> {
  const { resource, isMetadataOnly } = options;
  const read = isMetadataOnly ? receivedMetadata : received;
  const { items, ...rest } = await pages(options, (value) => {
    const item = read(value, resource);
    return item && keep(item);
  });
  return { items: items.filter((item) => item !== undefined), ...rest };
}

/** The version of each object, by key. Rejects with an ApiError. */
export function listVersions(options: ListOptions): Promise<Listing<readonly [key: string, version: string]>> {
  return listAll({ ...options, isMetadataOnly: true }, ({ key, version }) => [key, version] as const);
}

async function pages<T>(
  { api, resource, path, query, pageSize, timeoutMs, signal, isMetadataOnly }: ListOptions,
  read: (value: unknown) => T | undefined,
): Promise<Listing<T | undefined>> {
  const items: (T | undefined)[] = [];
  let page: Page | undefined;
  do {
    // Later pages belong to the moment of the first, whatever that was asked to be.
    const position = page === undefined ? {} : { resourceVersion: undefined, resourceVersionMatch: undefined };
    const answer = await api.request({
      method: 'GET',
      path,
      query: { ...query, limit: pageSize, ...position, continue: page?.next },
      timeoutMs,
      signal,
      ...(isMetadataOnly && { accept: METADATA_ONLY.list }),
    });
    page = pageOf(answer, resource);
    for (const value of page.values) items.push(read(value));
  } while (page.next !== undefined);
  return { items, version: page.version, unnamed: items.filter((item) => item === undefined).length };
}

interface Page {
  readonly values: readonly unknown[];
  readonly version: string;
  readonly next: string | undefined;
}

function pageOf(answer: unknown, resource: Resource): Page {
  const [kind = '', apiVersion] = [textAt(answer, 'kind'), textAt(answer, 'apiVersion')];
  const isOurs = apiVersion === apiVersionOf(resource) || kind === 'PartialObjectMetadataList';
  // A list without items may be null, as Go writes it.
  const values = at(answer, 'items') ?? [];
  const version = textAt(answer, 'metadata', 'resourceVersion');
  if (!isOurs || !kind.endsWith('List') || !Array.isArray(values) || !version) {
    throw unreadable(`the answer is no list of ${resource.kind}`);
  }
  return { values, version, next: textAt(answer, 'metadata', 'continue') || undefined };
}
