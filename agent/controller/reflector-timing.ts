import type { BackoffLimits } from './backoff.ts';

/** How a reflector deals with time. All in milliseconds, apart from `pageSize`. */
export interface ReflectorTiming {
  /** Objects in a page of a list. */
  readonly pageSize: number;
  /** For one page. */
  readonly listMs: number;
  /** A watch in which nothing came for so long is begun again from where it was: it may have died without a sign. */
  readonly idleMs: number;
  /** How long the server is asked to let a watch last; anywhere in between. */
  readonly watchMs: { readonly min: number; readonly max: number };
  /** How often, on average, the store is compared with a list. */
  readonly checkMs: number;
  /** How long the watch has to tell what a list has told. */
  readonly settleMs: number;
  /** After failures. */
  readonly backoff: BackoffLimits;
  /** The least time between two lists, and between two watches. */
  readonly reconnectMs: number;
  /** A server whose lists are older than what it once said, for so long, was restored from a backup. */
  readonly rewoundMs: number;
}

export const DEFAULT_TIMING: ReflectorTiming = {
  pageSize: 500,
  listMs: 30_000,
  idleMs: 60_000,
  watchMs: { min: 300_000, max: 600_000 },
  checkMs: 600_000,
  settleMs: 1000,
  backoff: { minMs: 500, maxMs: 30_000 },
  reconnectMs: 1000,
  rewoundMs: 300_000,
};
