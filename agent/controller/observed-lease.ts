import type { Lease, LeaseRecord } from '../kubernetes/lease.ts';
import { canonical } from '../model/json.ts';

interface Observation {
  readonly record: LeaseRecord;
  /** Differs from that of any other record. */
  readonly text: string;
  /** Since when this process sees it like that, by its own monotonic clock. */
  readonly sinceMs: number;
}

/** Of a Lease that was there and is not any more; no record looks like that. */
const GONE = '';

export interface ObservedLeaseOptions {
  readonly identity: string;
  /** How long a Lease is waited for that does not say so itself, in milliseconds. */
  readonly leaseMs: number;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
}

/**
 * A Lease as one process saw it change, which is all that it may go by: clocks of different machines differ, so what the
 * holder wrote as its times says nothing. The same as `observedRecord` and `observedTime` in client-go.
 */
export class ObservedLease {
  readonly #identity: string;
  readonly #leaseMs: number;
  readonly #now: () => number;
  #last: Observation | undefined;
  #claim: string | undefined;

  constructor({ identity, leaseMs, now }: ObservedLeaseOptions) {
    this.#identity = identity;
    this.#leaseMs = leaseMs;
    this.#now = now;
  }

  /** Who had it when it was last seen; undefined when nobody had, or it was never seen. */
  get holder(): string | undefined {
    return this.#last?.record.holderIdentity || undefined;
  }

  /** How often it has changed hands once this process takes it. */
  get nextTransitions(): number {
    return this.#last === undefined ? 0 : this.#last.record.leaseTransitions + 1;
  }

  /** Notes what the API server says. Undefined: there is no such Lease. */
  see(lease: Lease | undefined): void {
    const text = lease === undefined ? GONE : canonical(lease.object['spec']);
    if (text === this.#last?.text) return;
    const record = lease?.record ?? this.#last?.record;
    if (record !== undefined) this.#last = { record, text, sinceMs: this.#now() };
  }

  /** Notes the `acquireTime` with which this process tries to take it: it tells an own claim whose answer was lost. */
  claim(acquireTime: string): void {
    this.#claim = acquireTime;
  }

  /** The last one that was noted. */
  get claimed(): string | undefined {
    return this.#claim;
  }

  /** The identity alone does not make it this process's: one that came before may have had the same and still write. */
  isOwn({ holderIdentity, acquireTime }: LeaseRecord): boolean {
    return holderIdentity === this.#identity && acquireTime !== undefined && acquireTime === this.#claim;
  }

  /**
   * True when nobody can be leading by it. One that is gone after it was there is waited for like any other: its holder
   * needs a moment to learn that it has to create it anew. client-go would take it at once, and two would lead meanwhile.
   */
  get isFree(): boolean {
    if (this.#last === undefined) return true;
    const { record, text, sinceMs } = this.#last;
    if (text !== GONE && (record.holderIdentity === '' || this.isOwn(record))) return true;
    const said = text === GONE ? undefined : record.leaseDurationSeconds;
    return this.#now() - sinceMs > (said === undefined ? this.#leaseMs : said * 1000);
  }
}
