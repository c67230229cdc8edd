import { ApiError, type ApiRequest, type ApiServer } from '../kubernetes/api-server.ts';
import { type Resource, resourceName } from '../kubernetes/resource.ts';
import { isExpired } from '../kubernetes/status.ts';
import { type Logger, SILENT } from '../log.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import type { Reading } from '../sources/source.ts';
import { Backoff } from './backoff.ts';
import { History } from './history.ts';
import { type ListOptions, listAll, listVersions } from './listing.ts';
import type { Received } from './object.ts';
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
  readonly #log: Logger;
  readonly #timing: ReflectorTiming;
  readonly #backoff: Backoff;
  readonly #sleeper = new Sleeper();
  readonly #checkSleeper = new Sleeper();
  readonly #stop = new AbortController();
  readonly #listPace: Pace;
  readonly #watchPace: Pace;
  readonly #history: History;
  /** Ends the watch that is under way. */
  #watchEnd = new AbortController();
  /** Where the next watch begins; undefined when only a list can tell. */
  #version: string | undefined;
  /** After a list was forgotten by the server between two pages, the next is asked for in one. */
  #isPaged = true;
  #lastProgressMs = 0;
  #trouble: ApiError | undefined;
  #unnamed = 0;
  /** Keys that the watch told of while a check is under way. */
  #touched: Set<string> | undefined;
  #running: Promise<unknown> | undefined;

  constructor(options: ReflectorOptions) {
    const { timing, log = SILENT, random, now } = options;
    this.#options = options;
    this.#log = log;
    this.#timing = { ...DEFAULT_TIMING, ...timing };
    this.#backoff = new Backoff(this.#timing.backoff, random);
    this.#listPace = new Pace(this.#timing.reconnectMs);
    this.#watchPace = new Pace(this.#timing.reconnectMs);
    this.#history = new History(this.#timing.rewoundMs, now);
  }

  /** Begins to read. It never gives up. */
  start(): void {
    this.#running ??= Promise.all([this.#follow(), this.#checkAgainAndAgain()]);
  }

  /** Ends everything; the store stays as it is. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#watchEnd.abort();
    this.#sleeper.close();
    this.#checkSleeper.close();
    await this.#running;
  }

  /** Does not wait any longer after a failure: there is reason to believe that it would work now. */
  retryNow(): void {
    this.#sleeper.wake();
  }

  get reading(): Reading {
    const { resource, store } = this.#options;
    return {
      resource: resourceName(resource),
      state: store.isSynced ? 'synced' : 'reading',
      objects: store.size,
      lastProgressMs: this.#lastProgressMs,
      ...(this.#trouble !== undefined && { why: this.#trouble.message }),
    };
  }

  /** What was wrong the last time, until it works again. */
  get trouble(): ApiError | undefined {
    return this.#trouble;
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
    const { query, store, trim = (object) => object } = this.#options;
    const keep = ({ key, object, version }: Received): Item => ({ key, object: trim(object), version });
    const position = this.#history.position;
    try {
      const listing = await listAll({ ...this.#listOptions, query: { ...query, ...position } }, keep);
      this.#isPaged = true;
      this.#history.accept(listing.version);
      this.#unnamed = listing.unnamed;
      this.#version = listing.version;
      this.#touched = undefined;
      store.replace(listing.items);
    } catch (error) {
      this.#isPaged = !isExpired(error);
      throw error;
    }
    this.#progressed();
  }

  get #listOptions(): ListOptions {
    const { api, resource, path, query } = this.#options;
    const { pageSize, listMs } = this.#timing;
    return {
      api,
      resource,
      path,
      ...(query !== undefined && { query }),
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
      this.#progressed();
    };
    try {
      for await (const line of this.#lines(this.#watchEnd.signal, opened)) {
        this.#take(this.#eventOf(line));
        isAlive = true;
        this.#backoff.reset();
        this.#progressed();
      }
    } catch (error) {
      if (this.#isStopped || this.#watchEnd.signal.aborted) return;
      if (performance.now() - openedMs > this.#timing.backoff.maxMs) this.#backoff.reset();
      // Nothing happened for a while, which is no failure: not every server sends bookmarks.
      if (!(error instanceof ApiError && error.reason === 'Idle')) throw error;
    }
    if (!isAlive && performance.now() - openedMs < this.#timing.reconnectMs)
      throw new ApiError('the watch ended at once');
    this.#backoff.reset();
  }

  #lines(signal: AbortSignal, onOpen: () => void): AsyncIterable<string> {
    const { api, path, query, random } = this.#options;
    const { watchMs, idleMs } = this.#timing;
    return api.lines({
      method: 'GET',
      path,
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
      return readEvent(line, this.#options.resource);
    } catch (error) {
      // Nobody knows what was missed.
      this.#version = undefined;
      throw error;
    }
  }

  #take(event: WatchEvent): void {
    const { store, trim = (object) => object } = this.#options;
    switch (event.kind) {
      case 'error':
        throw event.error;
      case 'bookmark':
        this.#moved(event.version);
        return;
      case 'put':
        store.put({ ...event.item, object: trim(event.item.object) });
        break;
      case 'remove':
        store.remove(event.item.key);
        break;
    }
    this.#touched?.add(event.item.key);
    this.#moved(event.item.version);
  }

  #moved(version: string): void {
    this.#version = version;
    this.#history.saw(version);
  }

  /** It works. */
  #progressed(): void {
    this.#lastProgressMs = this.#options.now();
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#log.info('reading again', this.#fields);
    this.#options.onTrouble?.();
  }

  /** How long to wait after a failure, in milliseconds. */
  #waitAfter(error: unknown): number {
    const isFirst = this.#backoff.isFresh;
    const backoffMs = this.#backoff.next();
    const expired = isExpired(error);
    if (expired) this.#version = undefined;
    const trouble = error instanceof ApiError ? error : new ApiError(String(error), { cause: error });
    const waitMs =
      expired && isFirst ? 0 : Math.max(backoffMs, Math.min(trouble.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS));
    this.#say(trouble, waitMs);
    return waitMs;
  }

  #say(trouble: ApiError, waitMs: number): void {
    const isNews = this.#trouble?.reason !== trouble.reason;
    this.#trouble = trouble;
    const { status, reason, message } = trouble;
    const fields = { ...this.#fields, status, reason, message, waitMs: Math.round(waitMs) };
    if (isExpired(trouble) || !isNews) this.#log.debug('reading interrupted', fields);
    else this.#log.warn('reading interrupted', fields);
    if (isNews) this.#options.onTrouble?.();
  }

  get #fields(): { readonly path: string } {
    return { path: this.#options.path };
  }

  /** From time to time: a watch that lost events looks like one in which nothing happens. */
  async #checkAgainAndAgain(): Promise<void> {
    const { checkMs } = this.#timing;
    while (!this.#isStopped) {
      await this.#checkSleeper.sleep(checkMs * (0.75 + this.#options.random() / 2));
      if (this.#isStopped || this.#version === undefined) continue;
      await this.#check().catch((error: unknown) => {
        this.#log.debug('could not compare with a list', { ...this.#fields, message: String(error) });
      });
    }
  }

  /** Compares the store with a list; when the watch has not told of a difference shortly after, it never will. */
  async #check(): Promise<void> {
    const touched = new Set<string>();
    this.#touched = touched;
    try {
      const listing = await listVersions(this.#listOptions);
      if (this.#history.isOlder(listing.version)) return;
      await this.#checkSleeper.sleep(this.#timing.settleMs);
      const lost = this.#differences(new Map(listing.items)).filter((key) => !touched.has(key)).length;
      // Listed anew in the meantime, nothing is lost any more.
      if (lost === 0 || this.#touched !== touched || this.#isStopped) return;
      this.#log.warn('the watch lost events, listing again', { ...this.#fields, lost });
      this.#version = undefined;
      this.#watchEnd.abort();
    } finally {
      if (this.#touched === touched) this.#touched = undefined;
    }
  }

  /** Keys of objects that are not in the store in the version in which they are there. */
  #differences(there: ReadonlyMap<string, string>): readonly string[] {
    const { store } = this.#options;
    const changed = [...there].filter(([key, version]) => store.versionOf(key) !== version).map(([key]) => key);
    return [...changed, ...[...store.keys()].filter((key) => !there.has(key))];
  }
}

/** What a server, or something that answers in its place, may ask for at most. */
const MAX_RETRY_AFTER_MS = 300_000;
