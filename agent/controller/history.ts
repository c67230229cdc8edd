import { ApiError } from '../kubernetes/api-server.ts';

/** How a list is asked for that must not be older than something. */
interface Position {
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'NotOlderThan';
}

/**
 * How far in the server's history one has come, lest an answer from before is taken for news: of several API servers, or behind a
 * proxy, one may lag. Versions are compared where both are whole numbers, as Kubernetes has them since 1.35 by contract and by
 * fact ever since.
 */
export class History {
  readonly #patienceMs: number;
  readonly #now: () => number;
  #newest: bigint | undefined;
  /** Since when lists are older than that. */
  #olderSinceMs: number | undefined;
  /** True when the list that is asked for is taken even so. */
  #takesAny = false;

  /** @param patienceMs older lists are taken when there were no others for so long: the server was restored from a backup */
  constructor(patienceMs: number, now: () => number) {
    this.#patienceMs = patienceMs;
    this.#now = now;
  }

  /** What the next list is to be asked for. */
  ask(): Position {
    this.#takesAny = this.isRewound;
    if (this.#newest === undefined || this.#olderSinceMs === undefined || this.#takesAny) return {};
    return { resourceVersion: `${this.#newest}`, resourceVersionMatch: 'NotOlderThan' };
  }

  /** The watch told of that version. */
  saw(version: string): void {
    const number = numberOf(version);
    if (number === undefined || (this.#newest !== undefined && number <= this.#newest)) return;
    this.#newest = number;
    this.#olderSinceMs = undefined;
  }

  /** True when more is known already than a list of that version has. */
  isOlder(version: string): boolean {
    const number = numberOf(version);
    const isOlder = number !== undefined && this.#newest !== undefined && number < this.#newest;
    if (isOlder) this.#olderSinceMs ??= this.#now();
    return isOlder;
  }

  /** True when there were none but older lists for long. */
  get isRewound(): boolean {
    return this.#olderSinceMs !== undefined && this.#now() - this.#olderSinceMs >= this.#patienceMs;
  }

  /** A list is of that version. @throws ApiError with reason `StaleList` when it must not be taken */
  accept(version: string): void {
    if (this.isOlder(version) && !this.#takesAny) {
      throw new ApiError('the list is older than what was read before', { reason: 'StaleList' });
    }
    this.#olderSinceMs = undefined;
    this.#newest = numberOf(version);
  }
}

function numberOf(version: string): bigint | undefined {
  return /^\d{1,30}$/.test(version) ? BigInt(version) : undefined;
}
