import type { Diagnostic, ObjectRef } from '../model/diagnostic.ts';
import { flat } from '../model/flat.ts';
import { canonical } from '../model/json.ts';
import { compareText, type Metadata } from '../model/metadata.ts';
import { diagnose, type Problem } from '../model/reasons.ts';
import type { Item } from './item.ts';

/** Where decoded objects are found. */
interface Finder<T> {
  add(value: T): void;
  remove(value: T): void;
}

/** How the objects of some kinds are read. */
interface Reader<T> {
  decode(object: unknown, metadata: Metadata, apiVersion: string): T;
  readonly finders: readonly Finder<T>[];
  /** What of an object cannot be honoured, whatever its role is. */
  problemsOf?(value: T): readonly Problem[];
}

/** What was given under one name. */
interface Named<T> {
  readonly given: readonly Item[];
  /** The one that counts. */
  readonly chosen: Chosen<T> | undefined;
}

interface Chosen<T> {
  readonly object: unknown;
  readonly value: T;
}

/** The objects of some kinds, decoded, one of each name and version: of several, the choice does not depend on their order. */
export class Collection<T> {
  readonly #reader: Reader<T>;
  readonly #names = new Map<string, Named<T>>();
  /** What will be given under the names where something was added or removed. */
  readonly #changed = new Map<string, Item[]>();
  /** By name; names without any are left out. */
  readonly #diagnostics = new Map<string, readonly Diagnostic[]>();

  constructor(reader: Reader<T>) {
    this.#reader = reader;
  }

  /** One more object. It is found once all is settled. */
  add(item: Item): void {
    this.#changing(item).push(item);
  }

  /** Takes away an object that was added. */
  remove(item: Item): void {
    const given = this.#changing(item);
    const place = given.findIndex(({ object }) => object === item.object);
    given.splice(place, 1);
  }

  /** Lets all changes take effect. */
  settle(): void {
    for (const [name, given] of this.#changed) this.#settle(name, given);
    this.#changed.clear();
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#diagnostics.values()].flat();
  }

  #changing(item: Item): Item[] {
    const { kind, namespace, name: ownName } = item.ref;
    const name = flat(kind, ' ', item.apiVersion, ' ', namespace, '/', ownName);
    const known = this.#changed.get(name);
    if (known !== undefined) return known;
    const given = [...(this.#names.get(name)?.given ?? [])];
    this.#changed.set(name, given);
    return given;
  }

  #settle(name: string, given: readonly Item[]): void {
    const diagnostics: Diagnostic[] = [];
    const tell = (object: ObjectRef, problem: Problem): void => void diagnostics.push(diagnose(object, problem));
    const before = this.#names.get(name)?.chosen;
    const item = choose(given, tell);
    const chosen = item?.object === before?.object ? before : item && this.#decoded(item);
    if (chosen !== before) this.#replace(before, chosen);
    if (item !== undefined && chosen !== undefined) {
      for (const problem of this.#reader.problemsOf?.(chosen.value) ?? []) tell(item.ref, problem);
    }
    // An array that something was pushed to has room for many; a copy has not.
    if (given.length === 0) this.#names.delete(name);
    else this.#names.set(name, { given: given.slice(), chosen });
    if (diagnostics.length === 0) this.#diagnostics.delete(name);
    else this.#diagnostics.set(name, diagnostics);
  }

  #decoded({ object, metadata, apiVersion }: Usable): Chosen<T> {
    return { object, value: this.#reader.decode(object, metadata, apiVersion) };
  }

  #replace(before: Chosen<T> | undefined, after: Chosen<T> | undefined): void {
    // In this order, so that what is replaced never seems to have been gone.
    for (const finder of this.#reader.finders) {
      if (after !== undefined) finder.add(after.value);
      if (before !== undefined) finder.remove(before.value);
    }
  }
}

type Usable = Item & { readonly metadata: Metadata };
type Tell = (object: ObjectRef, problem: Problem) => void;

/** The one that counts, if any can be used. */
function choose(given: readonly Item[], tell: Tell): Usable | undefined {
  for (const { ref, metadata } of given) if ('reason' in metadata) tell(ref, metadata);
  const usable = given.filter(isUsable);
  if (usable.length <= 1) return usable[0];
  const contents = new Map(usable.map((item) => [canonical(item.object), item]));
  const [chosen, ...others] = [...contents].sort(([a], [b]) => compareText(a, b)).map(([, item]) => item);
  for (const { ref } of others.slice(0, 1)) {
    const what = `There are ${contents.size} different objects of this name`;
    tell(ref, { path: '', reason: 'DuplicateObject', what });
  }
  return chosen;
}

function isUsable(item: Item): item is Usable {
  return !('reason' in item.metadata);
}
