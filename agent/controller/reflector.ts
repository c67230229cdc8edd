import { ApiError, type ApiRequest, type ApiServer } from '../kubernetes/api-server.ts';
import { type Resource, resourceName } from '../kubernetes/resource.ts';
import { isExpired } from '../kubernetes/status.ts';
import { type Logger, SILENT } from '../log.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import type { Reading } from '../sources/source.ts';
import { Backoff } from './backoff.ts';
import { ConsistencyCheck } from './consistency.ts';
import { asApiError, Health } from './health.ts';
import { History } from './history.ts';
import { type ListOptions, listAll, listVersions } from './listing.ts';
import { METADATA_ONLY, type Received, received, receivedMetadata } from './object.ts';
import { DEFAULT_TIMING, type ReflectorTiming } from './reflector-timing.ts';
import { Pace, Sleeper } from './sleeper.ts';
import type { Item, Store } from './store.ts';
import { readEvent, type WatchEvent } from './watch-event.ts';

export interface ReflectorOptions {
  readonly api: ApiServer;
  /** What kind of objects is expected there. */
  readonly resource: Resource;
  /** Of the collection, see `collectionPath`. */
  readonly path: string;
  /** Selectors. */
  readonly query?: ApiRequest['query'];
  readonly store: Store;
  /** Nothing but metadata is read and watched. */
  readonly isMetadataOnly?: boolean;
  /** What of an object is kept; default all of it. */
  readonly trim?: (object: KubernetesObject) => KubernetesObject;
  readonly log?: Logger;
  readonly timing?: Partial<ReflectorTiming>;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** Called when `trouble` changed. */
  readonly onTrouble?: () => void;
}

/**
 * Keeps a store like a collection of the API server, after client-go's Reflector: lists it in pages, watches from there on, and
 * watches again from where it was whenever that ends. Only when the server has forgotten that point, or said something that
 * cannot be understood, it lists again. Until a list is complete the store stays as it was: what cannot be read is not gone.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #timing: ReflectorTiming;
  readonly #trim: (object: KubernetesObject) => KubernetesObject;
  readonly #backoff: Backoff;
  readonly #sleeper = new Sleeper();
  readonly #stop = new AbortController();
  readonly #listPace: Pace;
  readonly #watchPace: Pace;
  readonly #history: History;
  readonly #health: Health;
  readonly #check: ConsistencyCheck;
  /** Ends the watch that is under way. */
  #watchEnd = new AbortController();
  /** Where the next watch begins; undefined when only a list can tell. */
  #version: string | undefined;
  /** After a list was forgotten by the server between two pages, the next is asked for in one. */
  #isPaged = true;
  #unnamed = 0;
  #running: Promise<unknown> | undefined;

  constructor(options: ReflectorOptions) {
    const { path, store, random, now, log = SILENT, onTrouble = () => undefined } = options;
    const timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#options = options;
    this.#timing = timing;
    this.#trim = options.trim ?? ((object) => object);
    this.#backoff = new Backoff(timing.backoff, random);
    this.#listPace = new Pace(timing.reconnectMs);
    this.#watchPace = new Pace(timing.reconnectMs);
    this.#history = new History(timing.rewoundMs, now);
    this.#health = new Health({ path, log, now, onTrouble });
    const [versions, onLost] = [() => this.#versionsThere(), () => this.#distrust()];
    this.#check = new ConsistencyCheck({ path, store, timing, random, log, versions, onLost });
  }

  /** Begins to read. It never gives up. */
  start(): void {
    this.#running ??= Promise.all([this.#follow(), this.#check.run()]);
  }

  /** Ends everything; the store stays as it is. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#watchEnd.abort();
    this.#sleeper.close();
    this.#check.close();
    await this.#running;
  }

  /** Does not wait any longer after a failure: there is reason to believe that it would work now. */
  retryNow(): void {
    this.#sleeper.wake();
  }

  get reading(): Reading {
    const { resource, store } = this.#options;
    const { lastProgressMs, trouble } = this.#health;
    return {
      resource: resourceName(resource),
      state: store.isSynced ? 'synced' : 'reading',
      objects: store.size,
      lastProgressMs,
      ...(trouble !== undefined && { why: trouble.message }),
    };
  }

  /** What was wrong the last time, until it works again. */
  get trouble(): ApiError | undefined {
    return this.#health.trouble;
  }

  /** How many objects of the last list have no name, and so are not in the store. */
  get unnamed(): number {
    return this.#unnamed;
  }

  get #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #follow(): Promise<void> {
    while (!this.#isStopped) {
      try {
        if (this.#version === undefined) await this.#list();
        await this.#watch();
      } catch (error) {
        if (!this.#isStopped) await this.#sleeper.sleep(this.#waitAfter(error));
      }
    }
  }

  /** Brings the store to what is there now, when all of it is known. */
  async #list(): Promise<void> {
    await this.#listPace.begin(this.#sleeper);
    const keep = ({ key, object, version }: Received): Item => ({ key, object: this.#trim(object), version });
    const query = { ...this.#options.query, ...this.#history.ask() };
    try {
      const listing = await listAll({ ...this.#listOptions, query }, keep);
      this.#isPaged = true;
      this.#history.accept(listing.version);
      this.#unnamed = listing.unnamed;
      this.#version = listing.version;
      this.#check.listed();
      this.#options.store.replace(listing.items);
    } catch (error) {
      this.#isPaged = !isExpired(error);
      throw error;
    }
    this.#health.progressed();
  }

  get #listOptions(): ListOptions {
    const { api, resource, path, query, isMetadataOnly = false } = this.#options;
    const { pageSize, listMs } = this.#timing;
    return {
      api,
      resource,
      path,
      ...(query !== undefined && { query }),
      isMetadataOnly,
      pageSize: this.#isPaged ? pageSize : undefined,
      timeoutMs: listMs,
      signal: this.#stop.signal,
    };
  }

  /** Takes what changes until the stream ends. */
  async #watch(): Promise<void> {
    await this.#watchPace.begin(this.#sleeper);
    if (this.#isStopped) return;
    this.#watchEnd = new AbortController();
    let [isAlive, openedMs] = [false, Number.POSITIVE_INFINITY];
    const opened = (): void => {
      openedMs = performance.now();
      this.#health.progressed();
    };
    try {
      for await (const line of this.#lines(this.#watchEnd.signal, opened)) {
        if (this.#watchEnd.signal.aborted) return;
        this.#take(this.#eventOf(line));
        isAlive = true;
        this.#backoff.reset();
        this.#health.progressed();
      }
    } catch (error) {
      if (this.#isStopped || this.#watchEnd.signal.aborted) return;
      if (performance.now() - openedMs > this.#timing.backoff.maxMs) this.#backoff.reset();
      // Nothing happened for a while, which is no failure: not every server sends bookmarks.
      if (!(error instanceof ApiError && error.reason === 'Idle')) throw error;
    }
    const isShort = performance.now() - openedMs < this.#timing.reconnectMs;
    if (isShort && !isAlive) throw new ApiError('the watch ended at once');
    this.#backoff.reset();
  }

  #lines(signal: AbortSignal, onOpen: () => void): AsyncIterable<string> {
    const { api, path, query, random, isMetadataOnly } = this.#options;
    const { watchMs, idleMs } = this.#timing;
    return api.lines({
      method: 'GET',
      path,
      ...(isMetadataOnly && { accept: METADATA_ONLY.object }),
      query: {
        ...query,
        watch: 1,
        allowWatchBookmarks: true,
        resourceVersion: this.#version,
        timeoutSeconds: Math.ceil((watchMs.min + random() * (watchMs.max - watchMs.min)) / 1000),
      },
      idleMs,
      signal,
      onOpen,
    });
  }

  #eventOf(line: string): WatchEvent {
    try {
      const { resource, isMetadataOnly } = this.#options;
      const read = isMetadataOnly ? receivedMetadata : received;
      return readEvent(line, (object) => read(object, resource));
    } catch (error) {
      // Nobody knows what was missed.
      this.#version = undefined;
      throw error;
    }
  }

  #take(event: WatchEvent): void {
    const { store } = this.#options;
    switch (event.kind) {
      case 'error':
        throw event.error;
      case 'bookmark':
        this.#moved(event.version);
        return;
      case 'put':
        store.put({ ...event.item, object: this.#trim(event.item.object) });
        break;
      case 'remove':
        store.remove(event.item.key);
        break;
    }
    this.#check.told(event.item.key);
    this.#moved(event.item.version);
  }

  #moved(version: string): void {
    this.#version = version;
    this.#history.saw(version);
  }

  /** How long to wait after a failure, in milliseconds. */
  #waitAfter(error: unknown): number {
    const isFirst = this.#backoff.isFresh;
    const backoffMs = this.#backoff.next();
    const trouble = asApiError(error);
    const hasExpired = isExpired(trouble);
    if (hasExpired) this.#version = undefined;
    const askedMs = Math.min(trouble.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
    const waitMs = hasExpired && isFirst ? 0 : Math.max(backoffMs, askedMs);
    this.#health.failed(trouble, waitMs);
    return waitMs;
  }

  async #versionsThere(): Promise<ReadonlyMap<string, string> | undefined> {
    if (this.#version === undefined) return undefined;
    const listing = await listVersions(this.#listOptions);
    if (!this.#history.isOlder(listing.version)) return new Map(listing.items);
    // A watch from a point that the server has yet to come to tells of nothing.
    if (this.#history.isRewound) this.#distrust();
    return undefined;
  }

  /** Lists again, whatever the watch says. */
  #distrust(): void {
    this.#version = undefined;
    this.#watchEnd.abort();
  }
}

/** What a server, or something that answers in its place, may ask for at most. */
const MAX_RETRY_AFTER_MS = 300_000;
