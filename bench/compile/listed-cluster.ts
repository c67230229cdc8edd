import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { type Application, objectsOf } from './cluster.ts';

/** Objects in lists by namespace, of which a change makes one list another. */
export class ListedCluster {
  readonly namespaces = new Map<string, readonly KubernetesObject[]>();
  readonly #places = new Map<string, number>();

  constructor(applications: readonly Application[]) {
    const lists = new Map<string, KubernetesObject[]>();
    for (const application of applications) {
      const list = lists.get(application.namespace) ?? [];
      lists.set(application.namespace, list);
      for (const object of objectsOf(application)) {
        this.#places.set(keyOf(object), list.length);
        list.push(object);
      }
    }
    for (const [namespace, list] of lists) this.namespaces.set(namespace, list);
  }

  /** How many objects there are. */
  get count(): number {
    return this.#places.size;
  }

  /** Puts the objects in place of those with the same names. */
  replace(...objects: readonly KubernetesObject[]): void {
    for (const object of objects) {
      const { namespace = '' } = object.metadata;
      const list = [...(this.namespaces.get(namespace) ?? [])];
      list[this.#places.get(keyOf(object)) ?? list.length] = object;
      this.namespaces.set(namespace, list);
    }
  }
}

function keyOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
}
