import { copyLower, hasUpper } from '../bytes';
import { Source } from '../program';
import { takeScratch } from '../scratch';
import { loadSource } from './source';
import { AUTHORITY_HEADER } from './well-known';

/** `:authority` without a port, in lower case. */
export function readHost(source: Source): void {
  loadSource(AUTHORITY_HEADER);
  if (AUTHORITY_HEADER.length < 0) return;
  const text = AUTHORITY_HEADER.value;
  const length = withoutPort(text, AUTHORITY_HEADER.length);
  source.value = text;
  source.length = length;
  if (!hasUpper(text, length)) return;
  const folded = takeScratch(length);
  source.value = folded;
  source.length = folded == 0 ? -1 : length;
  if (folded != 0) copyLower(folded, text, length);
}

/** Length without a colon and digits at the end. */
function withoutPort(text: usize, length: i32): i32 {
  let at = length;
  while (at > 0 && load<u8>(text + at - 1) >= 0x30 && load<u8>(text + at - 1) <= 0x39) at -= 1;
  return at > 0 && load<u8>(text + at - 1) == 0x3a ? at - 1 : length;
}
