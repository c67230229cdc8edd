import { ApiError } from '../kubernetes/api-server.ts';
import { apiVersionOf, type Resource } from '../kubernetes/resource.ts';
import { flat } from '../model/flat.ts';
import { at, isFields, textAt } from '../model/json.ts';
import type { KubernetesObject } from '../model/snapshot.ts';

/** An object as it came, with the kind that items of lists do not always carry. */
export interface Received {
  /** `namespace/name`, or `/name` of what is in no namespace */
  readonly key: string;
  readonly object: KubernetesObject;
  readonly version: string;
}

/**
 * Reads what came where an object of that resource should be. Undefined when it has no name, namespace or version, so that
 * nobody could say which one it is.
 *
 * @throws ApiError when it is of another kind: the answer is not for what was asked
 */
export function received(value: unknown, resource: Resource): Received | undefined {
  const [apiVersion, kind] = [apiVersionOf(resource), resource.kind];
  for (const [field, expected] of [
    ['apiVersion', apiVersion],
    ['kind', kind],
  ] as const) {
    const given = at(value, field);
    if (given !== undefined && given !== expected) throw unreadable(`${field} is ${String(given)}, not ${expected}`);
  }
  const metadata = at(value, 'metadata');
  const [namespace, name] = [textAt(metadata, 'namespace'), textAt(metadata, 'name')];
  const version = textAt(metadata, 'resourceVersion');
  if (!isFields(value) || !isFields(metadata) || !name || !version) return undefined;
  if (resource.isClusterWide) {
    return { key: `/${name}`, object: { ...value, apiVersion, kind, metadata: { ...metadata, name } }, version };
  }
  if (!namespace) return undefined;
  return {
    key: flat(namespace, '/', name),
    object: { ...value, apiVersion, kind, metadata: { ...metadata, namespace, name } },
    version,
  };
}

/** What asks for metadata alone, where a list or where single objects come; servers that cannot do that give all. */
export const METADATA_ONLY = {
  list: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json',
  object: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json',
} as const;

/** Of an object of which the API server gives the metadata alone. */
const METADATA = { group: 'meta.k8s.io', version: 'v1', kind: 'PartialObjectMetadata' } as const;

/** The same where metadata was asked for. @throws ApiError as above */
export function receivedMetadata(value: unknown, resource: Resource): Received | undefined {
  return received(value, textAt(value, 'kind') === METADATA.kind ? { ...resource, ...METADATA } : resource);
}

/** The error for an answer that makes no sense. */
export function unreadable(what: string): ApiError {
  return new ApiError(what, { reason: 'Unreadable' });
}
