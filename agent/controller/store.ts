import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../model/snapshot.ts';

/** One object as it is kept. */
export interface Item {
  /** `namespace/name` */
  readonly key: string;
  readonly object: KubernetesObject;
  /** `metadata.resourceVersion`, whether or not the object still carries it. */
  readonly version: string;
}

/** Told the namespaces in which something came, went or changed. */
type OnChange = (namespaces: ReadonlySet<string>) => void;

/**
 * The objects of one kind as last heard of. What was put again without a difference is no change: an object whose trimmed form
 * is the same stays the very same object.
 */
export class Store {
  readonly #onChange: OnChange;
  readonly #items = new Map<string, Map<string, Item>>();
  readonly #lists = new Map<string, readonly KubernetesObject[]>();
  #size = 0;
  #isSynced = false;

  constructor(onChange: OnChange = () => undefined) {
    this.#onChange = onChange;
  }

  /** True once everything was read once. It never becomes false again: what cannot be read is not gone. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  get size(): number {
    return this.#size;
  }

  /** The namespaces that have objects. */
  get namespaces(): Iterable<string> {
    return this.#items.keys();
  }

  get(key: string): KubernetesObject | undefined {
    return this.#find(key)?.object;
  }

  /** The object's resourceVersion. */
  versionOf(key: string): string | undefined {
    return this.#find(key)?.version;
  }

  *keys(): Iterable<string> {
    for (const items of this.#items.values()) for (const { key } of items.values()) yield key;
  }

  /** All objects. */
  list(): readonly KubernetesObject[] {
    return [...this.#items.keys()].flatMap((namespace) => this.within(namespace));
  }

  /** The objects of a namespace: the same array as long as nothing in it changed. */
  within(namespace: string): readonly KubernetesObject[] {
    const known = this.#lists.get(namespace);
    if (known !== undefined) return known;
    const items = this.#items.get(namespace);
    // Nothing is kept of namespaces that came and went.
    if (items === undefined) return NONE;
    const list = Array.from(items.values(), ({ object }) => object);
    this.#lists.set(namespace, list);
    return list;
  }

  /** Exactly these are there now. */
  replace(items: Iterable<Item>): void {
    const kept = new Set<string>();
    const changed = new Set<string>();
    for (const item of items) {
      kept.add(item.key);
      if (this.#put(item)) changed.add(namespaceOf(item.key));
    }
    for (const key of [...this.keys()].filter((known) => !kept.has(known))) {
      this.#remove(key);
      changed.add(namespaceOf(key));
    }
    const isFirst = !this.#isSynced;
    this.#isSynced = true;
    if (isFirst || changed.size > 0) this.#tell(changed);
  }

  put(item: Item): void {
    if (this.#put(item)) this.#tell(new Set([namespaceOf(item.key)]));
  }

  remove(key: string): void {
    if (this.#remove(key)) this.#tell(new Set([namespaceOf(key)]));
  }

  #find(key: string): Item | undefined {
    return this.#items.get(namespaceOf(key))?.get(key);
  }

  /** True when that changed something. */
  #put(item: Item): boolean {
    const namespace = namespaceOf(item.key);
    const items = this.#items.get(namespace) ?? new Map<string, Item>();
    const before = items.get(item.key);
    const isSame = before !== undefined && isDeepStrictEqual(before.object, item.object);
    items.set(item.key, isSame ? { ...item, object: before.object } : item);
    this.#items.set(namespace, items);
    if (before === undefined) this.#size += 1;
    if (!isSame) this.#lists.delete(namespace);
    return !isSame;
  }

  #remove(key: string): boolean {
    const namespace = namespaceOf(key);
    const items = this.#items.get(namespace);
    if (items === undefined || !items.delete(key)) return false;
    if (items.size === 0) this.#items.delete(namespace);
    this.#lists.delete(namespace);
    this.#size -= 1;
    return true;
  }

  #tell(namespaces: ReadonlySet<string>): void {
    this.#onChange(namespaces);
  }
}

const NONE: readonly KubernetesObject[] = [];

function namespaceOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}
