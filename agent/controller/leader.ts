import { knownError } from '../errors.ts';
import type { ApiServer } from '../kubernetes/api-server.ts';
import { apiFailure, hasStatus } from '../kubernetes/failure.ts';
import { type Lease, LeaseObject, type LeaseRecord, microTime } from '../kubernetes/lease.ts';
import type { Logger } from '../log.ts';
import { Complaint } from './complaint.ts';
import type { Leadership } from './leadership.ts';
import { ObservedLease } from './observed-lease.ts';
import { sleep } from './sleep.ts';
import { Term } from './term.ts';

/** In milliseconds; `leaseMs` > `renewDeadlineMs` > `retryMs`. */
export interface LeaderTiming {
  /** How long a leader that gives no sign of life is waited for; whole seconds. */
  readonly leaseMs: number;
  /** How long a leader leads without a renewal. The rest of the lease is for what it has under way. */
  readonly renewDeadlineMs: number;
  /** From one try to the next, at least. */
  readonly retryMs: number;
}

/** client-go's, as all components of Kubernetes use them. */
export const LEADER_TIMING: LeaderTiming = { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 };

/** Tries are that much later at most, so that agents do not stay in step. */
const JITTER = 0.2;

/** A try that took long is followed by the next one after this, in milliseconds. */
const MIN_PAUSE_MS = 200;

/** How often a renewal is tried at once when somebody else changed the Lease meanwhile. */
const MAX_CONFLICTS = 3;

export interface LeaderOptions {
  readonly api: ApiServer;
  /** Of the Lease. */
  readonly namespace: string;
  readonly name: string;
  /** Must be another one for each process, also for one that comes after another on the same machine. */
  readonly identity: string;
  readonly log: Logger;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Unix time in milliseconds; nothing is decided by it. */
  readonly wallNow: () => number;
  /** From 0 to less than 1. */
  readonly random: () => number;
  /** Default client-go's: 15 s, 10 s, 2 s. */
  readonly timing?: LeaderTiming;
}

const NEVER = AbortSignal.abort();

/**
 * Elects one leader among the agents that name the same Lease, by the rules of client-go's `leaderelection`. A leader counts
 * its deadline from before it sent the last renewal that succeeded, and the others count the lease from after they saw it,
 * so it stops first. docs/adr/0009-own-controller-machinery.md says where this is stricter than client-go.
 */
export class Leader implements Leadership {
  readonly #lease: LeaseObject;
  readonly #leaseName: string;
  readonly #identity: string;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #wallNow: () => number;
  readonly #random: () => number;
  readonly #timing: LeaderTiming;
  readonly #observed: ObservedLease;
  readonly #complaint: Complaint;
  readonly #listeners: (() => void)[] = [];
  #term: Term | undefined;
  /** The Lease as this process wrote it, unless that may be no more what the server has. */
  #written: Lease | undefined;

  constructor({ api, namespace, name, identity, log, now, wallNow, random, timing = LEADER_TIMING }: LeaderOptions) {
    const { leaseMs, renewDeadlineMs, retryMs } = timing;
    if (!(leaseMs > renewDeadlineMs && renewDeadlineMs > retryMs * (1 + JITTER) && leaseMs % 1000 === 0)) {
      throw new RangeError('leader election needs leaseMs > renewDeadlineMs > retryMs, and whole seconds of leaseMs');
    }
    this.#lease = new LeaseObject(api, { namespace, name }, wallNow);
    this.#leaseName = `${namespace}/${name}`;
    this.#identity = identity;
    this.#log = log;
    this.#now = now;
    this.#wallNow = wallNow;
    this.#random = random;
    this.#timing = timing;
    this.#observed = new ObservedLease({ identity, leaseMs, now });
    this.#complaint = new Complaint(now);
  }

  get isLeader(): boolean {
    return this.#term?.isOn ?? false;
  }

  get holder(): string | undefined {
    return this.#observed.holder;
  }

  get signal(): AbortSignal {
    return this.isLeader ? (this.#term?.signal ?? NEVER) : NEVER;
  }

  /** The number of the present term, greater than that of any term before, whoever led; undefined while this one does not. */
  get term(): number | undefined {
    return this.isLeader ? this.#term?.number : undefined;
  }

  /** The listener is called after this one began or ceased to lead, and when the holder is another one. It must not throw. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Takes part in the election until the signal aborts, and then gives up what it holds, so that another can follow at
   * once: end all writing before. To be called once. Never rejects; failures are told to the log and tried again.
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startMs = this.#now();
      await this.#try(signal);
      const pauseMs = this.#timing.retryMs * (1 + JITTER * this.#random()) - (this.#now() - startMs);
      await sleep(Math.max(pauseMs, MIN_PAUSE_MS), signal);
    }
    this.#term?.end('this agent stops');
    await this.#release();
  }

  async #try(signal: AbortSignal): Promise<void> {
    try {
      if (this.#term?.isOn) await this.#renew(this.#term, signal);
      else await this.#acquire(signal);
      this.#complaint.reset();
    } catch (error) {
      if (hasStatus(error, 409)) this.#log.debug('another agent was faster', { lease: this.#leaseName });
      else if (!signal.aborted) this.#complain(error);
    }
  }

  /** Mostly one request, by what was written last; when that is not the newest, by what the server has. */
  async #renew(term: Term, signal: AbortSignal): Promise<void> {
    let lease = this.#written ?? (await this.#read(signal));
    for (let tries = 1; term.isOn; tries += 1) {
      const startMs = this.#now();
      try {
        await this.#write(lease, this.#record(term.number), signal);
        return term.extend(startMs + this.#timing.renewDeadlineMs);
      } catch (error) {
        if (tries === MAX_CONFLICTS || !(hasStatus(error, 409) || hasStatus(error, 404))) throw error;
      }
      lease = await this.#read(signal);
    }
  }

  async #acquire(signal: AbortSignal): Promise<void> {
    const found = await this.#read(signal);
    if (!this.#observed.isFree) return;
    const number = this.#observed.nextTransitions;
    this.#observed.claim(microTime(this.#wallNow()));
    const startMs = this.#now();
    await this.#write(found, this.#record(number), signal);
    const deadlineMs = startMs + this.#timing.renewDeadlineMs;
    // The answer was read too late; the next try finds that the Lease is this agent's.
    if (this.#now() >= deadlineMs || signal.aborted) return;
    this.#term = new Term({ number, deadlineMs, now: this.#now, onEnd: (why) => this.#ended(number, why) });
    this.#log.info('this agent leads', { lease: this.#leaseName, term: number });
    this.#changed();
  }

  async #release(): Promise<void> {
    const signal = AbortSignal.timeout(this.#timing.renewDeadlineMs);
    try {
      const found = await this.#read(signal);
      if (found === undefined || !this.#observed.isOwn(found.record)) return;
      // No holder and a second: what client-go writes.
      const record = { ...this.#record(found.record.leaseTransitions), holderIdentity: '', leaseDurationSeconds: 1 };
      await this.#write(found, record, signal);
      this.#log.info('lease released', { lease: this.#leaseName });
    } catch (error) {
      this.#complain(error);
    }
  }

  #record(leaseTransitions: number): LeaseRecord {
    return {
      holderIdentity: this.#identity,
      leaseDurationSeconds: this.#timing.leaseMs / 1000,
      acquireTime: this.#observed.claimed,
      leaseTransitions,
    };
  }

  async #read(signal: AbortSignal): Promise<Lease | undefined> {
    const found = await this.#lease.read(this.#bound(signal));
    this.#see(found);
    return found;
  }

  async #write(lease: Lease | undefined, record: LeaseRecord, signal: AbortSignal): Promise<void> {
    const bound = this.#bound(signal);
    this.#written = undefined;
    this.#written =
      lease === undefined ? await this.#lease.create(record, bound) : await this.#lease.replace(lease, record, bound);
    this.#see(this.#written);
  }

  /** Half of the deadline, as the users of client-go have it: a request that hangs leaves time for another. */
  #bound(signal: AbortSignal): { readonly timeoutMs: number; readonly signal: AbortSignal } {
    const halfMs = this.#timing.renewDeadlineMs / 2;
    const timeoutMs = this.#term?.isOn ? Math.min(this.#term.leftMs, halfMs) : halfMs;
    return { timeoutMs: Math.max(1, Math.ceil(timeoutMs)), signal };
  }

  #see(lease: Lease | undefined): void {
    const before = this.holder;
    this.#observed.see(lease);
    if (lease !== undefined && !this.#observed.isOwn(lease.record)) this.#term?.end('another agent has the lease');
    const { holder } = this;
    if (holder === before) return;
    const name = this.#leaseName;
    if (holder === undefined) this.#log.info('the lease has no holder', { lease: name });
    else if (holder !== this.#identity) this.#log.info('the lease has another holder', { lease: name, holder });
    this.#changed();
  }

  #ended(term: number, why: string): void {
    this.#log.warn('this agent leads no more', { lease: this.#leaseName, term, why });
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #complain(error: unknown): void {
    const { code, message } = knownError(apiFailure(error, `use Lease ${this.#leaseName}`));
    if (!this.#complaint.isDue(message)) return;
    this.#log.warn('cannot use the lease, trying again', { lease: this.#leaseName, code, message });
  }
}
