import { Reflector } from '../controller/reflector.ts';
import type { ReflectorTiming } from '../controller/reflector-timing.ts';
import { Store } from '../controller/store.ts';
import type { ApiError, ApiServer } from '../kubernetes/api-server.ts';
import { collectionPath, type Resource, resourceName, type Versions } from '../kubernetes/resource.ts';
import type { Logger } from '../log.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import { forbidden, notServed, unnamed } from './kubernetes-diagnostics.ts';
import { type Answer, Presence } from './kubernetes-presence.ts';
import { trimmer } from './kubernetes-trim.ts';
import type { Reading } from './source.ts';

export interface ReaderOptions {
  readonly api: ApiServer;
  readonly versions: Versions;
  /** Undefined stands for all namespaces. */
  readonly namespaces: readonly (string | undefined)[];
  readonly log: Logger;
  readonly reflectorTiming: Partial<ReflectorTiming>;
  /** For how long a version must be missing to count as absent, before anything of the kind was read and after, in milliseconds. */
  readonly absentMs: { readonly atStart: number; readonly afterSync: number };
  readonly now: () => number;
  readonly random: () => number;
  /** Something changed in these namespaces. */
  readonly onChange: (namespaces: Iterable<string>) => void;
  /** Something else changed: what is wrong, or whether it is synced. */
  readonly onState: () => void;
  /** The server says that what is being read does not exist: discovery is to be asked. */
  readonly onLost: () => void;
}

/** One version that is being read: of each namespace a reflector. */
interface Service {
  readonly resource: Resource;
  readonly parts: readonly Part[];
}

interface Part {
  readonly namespace: string | undefined;
  readonly store: Store;
  readonly reflector: Reflector;
}

/**
 * Reads one kind of object, in the best version that is served and never in two. When that changes, the objects of the version
 * before count until all of the other is read.
 */
export class ResourceReader {
  readonly #options: ReaderOptions;
  readonly #presence: ReadonlyMap<Resource, Presence>;
  /** Whose objects count. */
  #serving: Service | undefined;
  /** Takes over as soon as all of it is read. */
  #next: Service | undefined;
  #isAbsent = false;
  #wasSynced = false;
  /** True when the server said that there is no such thing, and discovery was not asked since. */
  #isLost = false;
  #seenMs = 0;
  readonly #ending = new Set<Promise<void>>();

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#presence = new Map(options.versions.map((resource) => [resource, new Presence()]));
  }

  /** True when everything of this kind was read, or there is nothing to read. */
  get isSettled(): boolean {
    return this.#serving !== undefined || this.#isAbsent;
  }

  /** What discovery is to be asked about: nothing while the best version is being read. */
  get unsure(): readonly Resource[] {
    const current = this.#next ?? this.#serving;
    const isBest = current?.resource === this.#options.versions[0];
    return isBest && !this.#isLost ? [] : this.#options.versions;
  }

  /** True when an answer is needed soon, not only from time to time. */
  get isUrgent(): boolean {
    return this.#isLost || (!this.#isAbsent && (this.#next ?? this.#serving) === undefined);
  }

  /** Discovery said whether a version is served. */
  note(resource: Resource, answer: Answer): void {
    this.#presence.get(resource)?.note(answer, this.#options.now());
    if (answer.isServed !== undefined) this.#seenMs = this.#options.now();
  }

  /** Acts on what discovery said. */
  decide(): void {
    const choice = this.#choice();
    if (choice === undefined) return;
    if (choice === 'absent') {
      this.#giveUp();
    } else if (choice === this.#next?.resource || choice === this.#serving?.resource) {
      this.#goOn(choice);
    } else {
      this.#begin(choice);
    }
  }

  /** The objects of a namespace: the same array as long as nothing in it changed. */
  within(namespace: string): readonly (readonly KubernetesObject[])[] {
    const lists = (this.#serving?.parts ?? []).map(({ store }) => store.within(namespace));
    return lists.filter((list) => list.length > 0);
  }

  get reading(): Reading {
    const readings = this.#parts.map(({ reflector }) => reflector.reading);
    const why = readings.find((reading) => reading.why !== undefined)?.why;
    return {
      resource: resourceName(this.#options.versions[0]),
      state: this.#serving !== undefined ? 'synced' : this.#isAbsent && this.#next === undefined ? 'absent' : 'reading',
      objects: (this.#serving?.parts ?? []).reduce((sum, { store }) => sum + store.size, 0),
      // The slowest of several namespaces counts.
      lastProgressMs:
        readings.length === 0 ? this.#seenMs : Math.min(...readings.map(({ lastProgressMs }) => lastProgressMs)),
      ...(why !== undefined && { why }),
    };
  }

  /** Of the version that counts, else of the one that is to. */
  get #parts(): readonly Part[] {
    return (this.#serving ?? this.#next)?.parts ?? [];
  }

  get diagnostics(): readonly Diagnostic[] {
    const { versions } = this.#options;
    const parts = [...(this.#serving?.parts ?? []), ...(this.#next?.parts ?? [])];
    const found = parts.flatMap(({ namespace, reflector }) => [
      ...(reflector.trouble?.status === 403 ? [forbidden(versions[0], namespace)] : []),
      ...(reflector.unnamed > 0 ? [unnamed(versions[0], namespace, reflector.unnamed)] : []),
    ]);
    if (this.#isLost && this.#serving !== undefined) return [...found, notServed(versions[0], 'any more')];
    const matters = versions[0].kind === 'Rollout';
    return this.#isAbsent && matters ? [...found, notServed(versions[0], 'by this cluster')] : found;
  }

  async close(): Promise<void> {
    this.#end(this.#serving);
    this.#end(this.#next);
    await Promise.all(this.#ending);
  }

  /** The best version that is served, when no better one may only be hidden; undefined while that cannot be said. */
  #choice(): Resource | 'absent' | undefined {
    const { absentMs, now } = this.#options;
    for (const [resource, presence] of this.#presence) {
      if (presence.isServed) return resource;
      const isMissing = this.#wasSynced
        ? presence.isMissing(absentMs.afterSync, now())
        : presence.isMissingForSure || presence.isMissing(absentMs.atStart, now());
      if (!isMissing) return undefined;
    }
    return 'absent';
  }

  #begin(resource: Resource): void {
    const { log } = this.#options;
    this.#end(this.#next);
    log.debug('reading', { resource: resourceName(resource), version: resource.version });
    const namespaces = resource.isClusterWide ? [undefined] : this.#options.namespaces;
    const service: Service = { resource, parts: namespaces.map((name) => this.#part(resource, name)) };
    this.#next = service;
    this.#isLost = false;
    for (const { reflector } of service.parts) reflector.start();
  }

  #part(resource: Resource, namespace: string | undefined): Part {
    const { api, log, reflectorTiming, now, random } = this.#options;
    const store = new Store((namespaces) => this.#changed(store, namespaces));
    const path = collectionPath(resource, namespace);
    const onTrouble = (): void => this.#troubled(reflector.trouble);
    const timing = reflectorTiming;
    const reflector = new Reflector({
      api,
      resource,
      path,
      store,
      trim: trimmer(),
      log,
      timing,
      now,
      random,
      onTrouble,
    });
    return { namespace, store, reflector };
  }

  /** It is served after all. */
  #goOn(resource: Resource): void {
    if (this.#serving?.resource === resource) {
      this.#end(this.#next);
      this.#next = undefined;
    }
    if (!this.#isLost) return;
    this.#isLost = false;
    for (const { reflector } of (this.#next ?? this.#serving)?.parts ?? []) reflector.retryNow();
    this.#options.onState();
  }

  #giveUp(): void {
    if (this.#isAbsent && this.#next === undefined) return;
    const before = this.#serving;
    this.#end(this.#serving);
    this.#end(this.#next);
    this.#serving = undefined;
    this.#next = undefined;
    this.#isAbsent = true;
    this.#isLost = false;
    this.#options.log.debug('not served', { resource: resourceName(this.#options.versions[0]) });
    this.#options.onChange(namespacesOf(before));
    this.#options.onState();
  }

  #changed(store: Store, namespaces: ReadonlySet<string>): void {
    if (this.#next?.parts.every((part) => part.store.isSynced)) this.#takeOver(this.#next);
    else if (this.#serving?.parts.some((part) => part.store === store)) this.#options.onChange(namespaces);
  }

  #takeOver(next: Service): void {
    const before = this.#serving;
    this.#end(before);
    this.#serving = next;
    this.#next = undefined;
    this.#isAbsent = false;
    this.#wasSynced = true;
    const { resource } = next;
    const fields = { resource: resourceName(resource), version: resource.version };
    this.#options.log[before === undefined ? 'debug' : 'info']('synced', fields);
    this.#options.onChange(new Set([...namespacesOf(before), ...namespacesOf(next)]));
    this.#options.onState();
  }

  #troubled(trouble: ApiError | undefined): void {
    if (trouble?.status === 404 && !this.#isLost) {
      this.#isLost = true;
      this.#options.onLost();
    }
    this.#options.onState();
  }

  #end(service: Service | undefined): void {
    for (const { reflector } of service?.parts ?? []) {
      const ending = reflector.stop();
      this.#ending.add(ending);
      void ending.finally(() => this.#ending.delete(ending));
    }
  }
}

function namespacesOf(service: Service | undefined): readonly string[] {
  return (service?.parts ?? []).flatMap(({ store }) => [...store.namespaces]);
}
