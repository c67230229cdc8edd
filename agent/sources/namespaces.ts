import { textAt } from '../model/json.ts';
import type { KubernetesObject } from '../model/snapshot.ts';

export type Namespaces = ReadonlyMap<string, readonly KubernetesObject[]>;

/** The objects by namespace. A list that holds the same objects as before is the same list, so that nobody looks at it again. */
export function byNamespace(objects: readonly KubernetesObject[], before: Namespaces = new Map()): Namespaces {
  const namespaces = new Map<string, KubernetesObject[]>();
  for (const object of objects) {
    const namespace = textAt(object, 'metadata', 'namespace') ?? '';
    const list = namespaces.get(namespace);
    if (list === undefined) namespaces.set(namespace, [object]);
    else list.push(object);
  }
  return new Map(
    [...namespaces].map(([namespace, list]) => {
      const known = before.get(namespace) ?? [];
      const isSame = known.length === list.length && list.every((object, index) => object === known[index]);
      return [namespace, isSame ? known : list] as const;
    }),
  );
}
