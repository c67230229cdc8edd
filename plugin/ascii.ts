/**
 * A literal of ASCII: the address of its bytes, behind which a NUL stands. The build makes every string literal of the plugin one
 * of these (scripts/build-plugin.mjs): AssemblyScript's own strings take twice the room, and a request's bytes are no such strings.
 */
export type Ascii = usize;

/** How many bytes the literal has. */
export function lengthOf(literal: Ascii): i32 {
  let length = 0;
  while (load<u8>(literal + length) != 0) length += 1;
  return length;
}

/** Writes the literal without the NUL; returns its length. */
export function putLiteral(to: usize, literal: Ascii): i32 {
  const length = lengthOf(literal);
  memory.copy(to, literal, length);
  return length;
}

/** True when the text equals the literal. */
export function isLiteral(text: usize, length: i32, literal: Ascii): bool {
  return startsWithLiteral(text, length, literal) == length;
}

/** Length of the literal when the text begins with it, else -1. */
export function startsWithLiteral(text: usize, length: i32, literal: Ascii): i32 {
  let at = 0;
  while (load<u8>(literal + at) != 0) {
    if (at == length || load<u8>(text + at) != load<u8>(literal + at)) return -1;
    at += 1;
  }
  return at;
}
