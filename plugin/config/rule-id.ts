import { isLiteral } from '../ascii';
import { decodedLength, decodeString } from '../json/string';
import { MAX_NAME } from './text';

/** Finds the id of a rule that was not read to its end, so that whoever reads an error knows which one it is about. */

export let foundId: usize = 0;
export let foundIdLength: i32 = 0;

/** True when the object that begins at `start` has an id; the rest of the text may be anything. */
export function findId(start: usize, end: usize): bool {
  let depth = 0;
  let at = start;
  let isKey = false;
  let isId = false;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte == 0x22) {
      const close = closingQuote(at, end);
      if (close == 0) return false;
      if (isId) return take(at + 1, <i32>(close - at - 1));
      isId = isKey && depth == 1 && isLiteral(at + 1, <i32>(close - at - 1), 'id');
      isKey = false;
      at = close;
    } else if (byte == 0x7b || byte == 0x5b) {
      depth += 1;
      isKey = byte == 0x7b;
      isId = false;
    } else if (byte == 0x7d || byte == 0x5d) {
      depth -= 1;
      if (depth <= 0) return false;
    } else if (byte == 0x2c) {
      isKey = true;
      isId = false;
    }
    at += 1;
  }
  return false;
}

const DECODED: usize = memory.data(256, 8);

/** Takes the id, if it is one. */
function take(raw: usize, length: i32): bool {
  foundIdLength = decodedLength(raw, length);
  if (foundIdLength < 0 || foundIdLength > MAX_NAME) return false;
  decodeString(DECODED, raw, length);
  foundId = DECODED;
  return true;
}

/** Address of the quote that ends the string, or 0. */
function closingQuote(open: usize, end: usize): usize {
  for (let at = open + 1; at < end; at += 1) {
    const byte = load<u8>(at);
    if (byte == 0x5c) at += 1;
    else if (byte == 0x22) return at;
  }
  return 0;
}
