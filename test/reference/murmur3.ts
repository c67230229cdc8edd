/** MurmurHash3, the variant for x86 with 32 bits, over a byte string. */
export function murmur3(bytes: string, seed: number): number {
  const blocks = Math.floor(bytes.length / 4);
  let hash = seed;
  for (let block = 0; block < blocks; block++) {
    hash ^= scrambled(littleEndian(bytes.slice(block * 4, block * 4 + 4)));
    hash = rotated(hash, 13);
    hash = Math.imul(hash, 5) + 0xe6546b64;
  }
  hash ^= scrambled(littleEndian(bytes.slice(blocks * 4)));
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scrambled(block: number): number {
  return Math.imul(rotated(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function littleEndian(bytes: string): number {
  let value = 0;
  for (let index = 0; index < bytes.length; index++) value |= bytes.charCodeAt(index) << (8 * index);
  return value;
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
