import { sameBytes } from '../bytes';

/** True when the path is the prefix or goes on below it; the prefix has no slash at its end, so that of all paths is empty. */
export function isBelow(path: usize, length: i32, prefix: usize, prefixLength: i32): bool {
  if (prefixLength == 0) return true;
  if (length < prefixLength || !sameBytes(path, prefix, prefixLength)) return false;
  return length == prefixLength || load<u8>(path + prefixLength) == 0x2f;
}
