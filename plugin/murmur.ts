/** MurmurHash3, 32 bits, of the bytes. Chooses who is in a percentage: it must never change. */
export function murmur(text: usize, length: i32, seed: u32): u32 {
  let hash = seed;
  const blocks = length & ~3;
  for (let i = 0; i < blocks; i += 4) hash = rotl(hash ^ scrambled(load<u32>(text + i)), 13) * 5 + 0xe6546b64;
  let rest: u32 = 0;
  for (let i = length - 1; i >= blocks; i -= 1) rest = (rest << 8) | load<u8>(text + i);
  if (length > blocks) hash ^= scrambled(rest);
  hash ^= length;
  hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
  return hash ^ (hash >>> 16);
}

function scrambled(block: u32): u32 {
  return rotl(block * 0xcc9e2d51, 15) * 0x1b873593;
}
