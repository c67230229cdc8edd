/** What is wrong with the pattern that is being compiled: the first thing that was found. */

import { Ascii } from '../ascii';

export const INVALID: i32 = 1;
export const TOO_LARGE: i32 = 2;
export const NO_MEMORY: i32 = 3;

export let code: i32 = 0;
/** In the pattern, in bytes. */
export let place: i32 = 0;
export let reason: Ascii = '';

export function forget(): void {
  code = 0;
}

/** Always false. */
export function refuse(kind: i32, at: i32, why: Ascii): bool {
  if (code != 0) return false;
  code = kind;
  place = at;
  reason = why;
  return false;
}
