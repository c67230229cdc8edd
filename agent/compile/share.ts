import type { PercentCondition } from '../model/plugin-config.ts';
import { murmur3 } from './murmur3.ts';

/** So many keys are tried: enough for shares of a few percent of two lanes. */
const MAX_TRIES = 2000;

const encoder = new TextEncoder();

/** Short keys, made when they are needed for the first time. */
let keys: readonly Uint8Array[] = [];

function shortKeys(): readonly Uint8Array[] {
  if (keys.length === 0) keys = Array.from({ length: MAX_TRIES }, (_, index) => encoder.encode(String(index + 1)));
  return keys;
}

/**
 * A key that lies in all shares; undefined when none is found.
 *
 * @param only the one key that it may be
 */
export function keyWithin(shares: readonly PercentCondition[], only: string | undefined): string | undefined {
  const seeds = shares.map(({ salt, basisPoints }) => ({ seed: murmur3(encoder.encode(salt), 0), basisPoints }));
  const isWithin = (key: Uint8Array): boolean =>
    seeds.every(({ seed, basisPoints }) => murmur3(key, seed) % 10_000 < basisPoints);
  if (only !== undefined) return isWithin(encoder.encode(only)) ? only : undefined;
  const found = shortKeys().findIndex(isWithin);
  return found < 0 ? undefined : String(found + 1);
}
