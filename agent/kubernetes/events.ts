import { Bucket, type BucketSize } from '../controller/bucket.ts';
import { Complaint } from '../controller/complaint.ts';
import { sleep } from '../controller/sleep.ts';
import { Workqueue } from '../controller/workqueue.ts';
import { knownError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { ApiError, type ApiServer } from './api-server.ts';
import { EVENT, type EventRecord, eventName, eventObject, type Occurrences, seriesOf } from './event.ts';
import { apiFailure, hasStatus } from './failure.ts';
import { collectionPath, objectPath } from './resource.ts';

/** How much may be recorded; the default keeps an agent that goes astray from filling etcd. */
export interface EventLimits {
  /** New Events about one object. Default 25 at once and one in five minutes, as client-go's spam filter has it. */
  readonly perObject?: BucketSize;
  /** Requests to the API server. Default 50 at once and 5 a second. */
  readonly requests?: BucketSize;
  /** From one change of a series to the next, in milliseconds. Default 60,000; the first repetition is told at once. */
  readonly seriesMs?: number;
  /** Events that are known, so that repetitions count as such. Default 1000. */
  readonly known?: number;
}

export interface EventRecorderOptions {
  readonly api: ApiServer;
  /** Names this agent among those of its kind. */
  readonly instance: string;
  readonly log: Logger;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Unix time in milliseconds. */
  readonly wallNow: () => number;
  readonly limits?: EventLimits;
}

/** An Event as far as this agent knows it. */
interface Series {
  readonly record: EventRecord;
  occurrences: Occurrences;
  /** How many of them the API server was told of, or cannot be told of. */
  told: number;
  /** Whether the API server has the Event, as far as known. */
  exists: boolean;
  /** Not before this, by the monotonic clock, is the API server told of more. */
  nextMs: number;
}

const REQUEST_TIMEOUT_MS = 10_000;
const CLOSE_MS = 2_000;
/** How often one Event is tried again, over about four minutes. */
const MAX_RETRIES = 12;
/** The same for one that is forbidden, over 15 seconds: an API server that has just started does not know all rights yet. */
const MAX_RETRIES_FORBIDDEN = 4;
const RETRIES = { baseMs: 1_000, maxMs: 30_000 };

/**
 * Records Events: one for each thing that happens to an object, with a series that counts how often. Nothing waits for it
 * and nothing fails by it. Needs the verbs create and patch, and no other.
 */
export class EventRecorder {
  readonly #api: ApiServer;
  readonly #instance: string;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #wallNow: () => number;
  readonly #perObject: BucketSize;
  readonly #seriesMs: number;
  readonly #maxKnown: number;
  readonly #requests: Bucket;
  readonly #complaint: Complaint;
  readonly #queue: Workqueue;
  /** By name, the one that was recorded last at the end. */
  readonly #known = new Map<string, Series>();
  /** By object, the one that was recorded last at the end. */
  readonly #budgets = new Map<string, Bucket>();
  readonly #stopping = new AbortController();
  readonly #hurry = new AbortController();
  readonly #working: Promise<void>;
  #dropped = 0;

  constructor({ api, instance, log, now, wallNow, limits = {} }: EventRecorderOptions) {
    this.#api = api;
    this.#instance = instance;
    this.#log = log;
    this.#now = now;
    this.#wallNow = wallNow;
    this.#perObject = limits.perObject ?? { perSecond: 1 / 300, burst: 25 };
    this.#requests = new Bucket(limits.requests ?? { perSecond: 5, burst: 50 }, now);
    this.#seriesMs = limits.seriesMs ?? 60_000;
    this.#maxKnown = limits.known ?? 1000;
    this.#complaint = new Complaint(now);
    this.#queue = new Workqueue({ now, limits: RETRIES });
    this.#working = this.#work();
  }

  /** Records it as soon as possible. What is too much is dropped, which the log tells. Never throws. */
  record(record: EventRecord): void {
    if (this.#queue.isShutDown) return;
    const name = eventName(record);
    const key = `${record.regarding.namespace}/${name}`;
    const series = this.#known.get(key) ?? this.#newSeries(record);
    if (series === undefined) {
      this.#drop();
      return;
    }
    const { count, firstMs } = series.occurrences;
    const lastMs = this.#wallNow();
    series.occurrences = { count: count + 1, firstMs: count === 0 ? lastMs : firstMs, lastMs };
    this.#known.delete(key);
    this.#known.set(key, series);
    this.#queue.addAfter(key, series.nextMs - this.#now());
  }

  /** Tells the API server what it does not know yet, for two seconds at most, and then nothing any more. */
  async close(): Promise<void> {
    this.#hurry.abort();
    for (const [key, series] of this.#known) if (isUntold(series)) this.#queue.add(key);
    const drained = Promise.all([this.#queue.shutDown(), this.#working]);
    const enough = new AbortController();
    await Promise.race([drained, sleep(CLOSE_MS, enough.signal)]);
    enough.abort();
    this.#stopping.abort();
  }

  #newSeries(record: EventRecord): Series | undefined {
    const { kind, namespace, name } = record.regarding;
    if (!this.#budgetOf(`${kind} ${namespace}/${name}`).take()) return undefined;
    if (this.#known.size >= this.#maxKnown && !this.#forgetOne()) return undefined;
    return { record, occurrences: { count: 0, firstMs: 0, lastMs: 0 }, told: 0, exists: false, nextMs: this.#now() };
  }

  #budgetOf(object: string): Bucket {
    const budget = this.#budgets.get(object) ?? new Bucket(this.#perObject, this.#now);
    this.#budgets.delete(object);
    this.#budgets.set(object, budget);
    const [oldest] = this.#budgets.keys();
    if (this.#budgets.size > this.#maxKnown && oldest !== undefined) this.#budgets.delete(oldest);
    return budget;
  }

  /** Makes room for another Event by the one that did not happen for the longest time, if all of it was told. */
  #forgetOne(): boolean {
    for (const [key, series] of this.#known) {
      if (!isUntold(series)) return this.#known.delete(key);
    }
    return false;
  }

  #drop(): void {
    this.#dropped += 1;
    if (!this.#complaint.isDue('dropped')) return;
    this.#log.warn('too many events, some are dropped', { dropped: this.#dropped });
    this.#dropped = 0;
  }

  async #work(): Promise<void> {
    for (let key = await this.#queue.get(); key !== undefined; key = await this.#queue.get()) {
      const series = this.#known.get(key);
      if (series !== undefined && isUntold(series) && !this.#stopping.signal.aborted) await this.#tell(key, series);
      this.#queue.done(key);
    }
  }

  async #tell(key: string, series: Series): Promise<void> {
    const waitMs = this.#requests.reserve();
    if (waitMs > 0) await sleep(waitMs, this.#hurry.signal);
    const { occurrences } = series;
    try {
      await (series.exists ? this.#patch(series, occurrences) : this.#create(series, occurrences));
      series.exists = true;
      this.#settle(key, series, occurrences.count, occurrences.count > 1 ? this.#seriesMs : 0);
    } catch (error) {
      this.#failed(key, series, occurrences.count, error);
    }
  }

  async #create({ record }: Series, occurrences: Occurrences): Promise<void> {
    const path = collectionPath(EVENT, record.regarding.namespace);
    await this.#request('POST', path, eventObject(record, occurrences, this.#instance));
  }

  async #patch({ record }: Series, occurrences: Occurrences): Promise<void> {
    const path = objectPath(EVENT, record.regarding.namespace, eventName(record));
    await this.#request('PATCH', path, { series: seriesOf(occurrences) });
  }

  async #request(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<void> {
    const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const { signal } = this.#stopping;
    await this.#api.request({ method, path, body, contentType, timeoutMs: REQUEST_TIMEOUT_MS, signal });
  }

  /** The API server was told of so many, or cannot be told of them. */
  #settle(key: string, series: Series, told: number, pauseMs: number): void {
    series.told = told;
    series.nextMs = this.#now() + pauseMs;
    this.#queue.forget(key);
    if (isUntold(series)) this.#queue.addAfter(key, pauseMs);
  }

  #failed(key: string, series: Series, told: number, error: unknown): void {
    const { code, message } = knownError(apiFailure(error, 'record an event'));
    if (this.#queue.failures(key) < this.#retriesAfter(series, error)) {
      this.#log.debug('cannot record an event, trying again', { code, message });
      this.#queue.addRateLimited(key);
      return;
    }
    if (this.#complaint.isDue(message)) this.#log.warn('cannot record an event', { code, message });
    this.#settle(key, series, told, this.#seriesMs);
  }

  /** How many more tries there may be after that, perhaps another way. */
  #retriesAfter(series: Series, error: unknown): number {
    const { occurrences, told, exists } = series;
    if (!exists && hasStatus(error, 409)) {
      // To another agent it happened before, or to this one before it was started, or an answer had been lost.
      series.exists = true;
      series.occurrences = { ...occurrences, count: Math.max(occurrences.count, 2) };
      return MAX_RETRIES;
    }
    if (exists && hasStatus(error, 404)) {
      // Events live for an hour, mostly. What happened since begins a new series.
      const { count, lastMs } = occurrences;
      series.exists = false;
      series.occurrences = { count: count - told, firstMs: lastMs, lastMs };
      series.told = 0;
      return MAX_RETRIES;
    }
    if (hasStatus(error, 401) || hasStatus(error, 403)) return MAX_RETRIES_FORBIDDEN;
    return isPassing(error) ? MAX_RETRIES : 0;
  }
}

function isUntold({ occurrences, told }: Series): boolean {
  return occurrences.count > told;
}

/** True when the same request may succeed later. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);
}
