/** Place of the first byte that is no valid UTF-8 (Unicode 15, table 3-7), or the length when all are. */
export function validUtf8(text: usize, length: i32): i32 {
  let i = 0;
  while (i < length) {
    if (i + 8 <= length && (load<u64>(text + i) & 0x8080808080808080) == 0) {
      i += 8;
      continue;
    }
    const size = sequenceLength(text + i, length - i);
    if (size == 0) return i;
    i += size;
  }
  return length;
}

/** Length of the sequence that begins there, or 0 when it is not valid. */
function sequenceLength(at: usize, rest: i32): i32 {
  const lead = load<u8>(at);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (size > rest) return 0;
  const second = load<u8>(at, 1);
  const low: u8 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const high: u8 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < size; i += 1) if ((load<u8>(at + i) & 0xc0) != 0x80) return 0;
  return size;
}

/** Writes a code point; returns how many bytes it took. */
export function putCodePoint(to: usize, point: u32): i32 {
  if (point < 0x80) {
    store<u8>(to, point);
    return 1;
  }
  if (point < 0x800) {
    store<u8>(to, 0xc0 | (point >> 6));
    store<u8>(to, 0x80 | (point & 0x3f), 1);
    return 2;
  }
  if (point < 0x10000) {
    store<u8>(to, 0xe0 | (point >> 12));
    store<u8>(to, 0x80 | ((point >> 6) & 0x3f), 1);
    store<u8>(to, 0x80 | (point & 0x3f), 2);
    return 3;
  }
  store<u8>(to, 0xf0 | (point >> 18));
  store<u8>(to, 0x80 | ((point >> 12) & 0x3f), 1);
  store<u8>(to, 0x80 | ((point >> 6) & 0x3f), 2);
  store<u8>(to, 0x80 | (point & 0x3f), 3);
  return 4;
}
