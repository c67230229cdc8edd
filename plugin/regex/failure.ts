/** Why the pattern at hand was refused: the first reason stays. */

/** The pattern breaks RE2's syntax, or needs what the plugin does not have. */
export const INVALID: i32 = 1;
/** The pattern is right, but would take more states, work or memory than is allowed. */
export const TOO_LARGE: i32 = 2;
/** The plugin's memory is used up. */
export const OUT_OF_MEMORY: i32 = 3;

const MAX_TEXT: i32 = 160;
const TEXT: usize = memory.data(160);

let code: i32 = 0;
let place: i32 = 0;
let textLength: i32 = 0;

/** Forgets the last reason. */
export function clearFailure(): void {
  code = 0;
  place = 0;
  textLength = 0;
}

/** Notes a reason, unless there is one already. The sentence is ASCII, without a final stop. Always false, so that it can be returned. */
export function fail(reason: i32, position: i32, sentence: string): bool {
  if (code != 0) return false;
  code = reason;
  place = position;
  textLength = min(sentence.length, MAX_TEXT);
  const units = changetype<usize>(sentence);
  for (let i = 0; i < textLength; i += 1) store<u8>(TEXT + i, <u8>load<u16>(units + (<usize>i << 1)));
  return false;
}

/** True once a reason was noted. */
export function hasFailed(): bool {
  return code != 0;
}

/** 0 when nothing failed. */
export function failureCode(): i32 {
  return code;
}

/** Byte offset in the pattern. */
export function failurePosition(): i32 {
  return place;
}

/** The reason in words, UTF-8; good until the next pattern. */
export function failureText(): usize {
  return TEXT;
}

/** In bytes. */
export function failureTextLength(): i32 {
  return textLength;
}
