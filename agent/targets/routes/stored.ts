import { createHash } from 'node:crypto';
import { at, canonical, fieldsAt, isFields, textAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';

/** Says of what an object was made, so that a field that is not wanted any more is noticed too. */
const HASH = 'graylane.io/hash';

/** The object as it is applied. */
export function marked(object: KubernetesObject): KubernetesObject {
  const annotations = { ...fieldsAt(object, 'metadata', 'annotations'), [HASH]: hashOf(object) };
  const metadata = { ...object.metadata, annotations };
  return { ...object, metadata };
}

/** True when an API server has the object as it was rendered, with whatever it adds by itself. */
export function isStored(live: KubernetesObject, wanted: KubernetesObject): boolean {
  return (
    textAt(live, 'metadata', 'annotations', HASH) === hashOf(wanted) &&
    live.apiVersion === wanted.apiVersion &&
    contains(at(live, 'spec'), at(wanted, 'spec'))
  );
}

function hashOf({ apiVersion, kind, metadata, ...rest }: KubernetesObject): string {
  const { name: _, namespace: __, ...own } = metadata;
  return createHash('sha256')
    .update(canonical([apiVersion, kind, own, rest]))
    .digest('hex')
    .slice(0, 16);
}

/** True when everything that is wanted is there as it is wanted. */
function contains(live: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(live) && live.length === wanted.length && wanted.every((one, index) => contains(live[index], one))
    );
  }
  if (!isFields(wanted)) return live === wanted;
  return isFields(live) && Object.entries(wanted).every(([name, value]) => contains(live[name], value));
}
