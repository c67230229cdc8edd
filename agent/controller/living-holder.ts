import { setTimeout as pause } from 'node:timers/promises';
import type { ApiServer } from '../kubernetes/api-server.ts';
import { LeaseObject } from '../kubernetes/lease.ts';
import { textAt } from '../model/json.ts';
import { LEADER_TIMING } from './leader.ts';
import { ObservedLease } from './observed-lease.ts';

/** For each request, in milliseconds. */
const TIMEOUT_MS = 5000;

/** From one look to the next, in milliseconds: a leader renews every two seconds. */
const PAUSE_MS = 500;

interface LookingAfter {
  readonly api: ApiServer;
  /** Of the Lease. */
  readonly namespace: string;
  readonly name: string;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
}

/**
 * Who holds that Lease and renews it; undefined when nobody does. That a holder is gone without a word is known only when the
 * Lease has run out, so this may take as long as that. Rejects with an ApiError.
 */
export async function livingHolder({ api, namespace, name, now }: LookingAfter): Promise<string | undefined> {
  const object = new LeaseObject(api, { namespace, name }, now);
  const observed = new ObservedLease({ identity: '', leaseMs: LEADER_TIMING.leaseMs, now });
  let first: string | undefined;
  for (;;) {
    const lease = await object.read({ timeoutMs: TIMEOUT_MS });
    observed.see(lease);
    if (observed.isFree) return undefined;
    const renewed = textAt(lease?.object, 'spec', 'renewTime');
    first ??= renewed;
    if (renewed !== undefined && renewed !== first) return observed.holder;
    await pause(PAUSE_MS);
  }
}
