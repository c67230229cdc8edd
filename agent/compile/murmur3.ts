/** MurmurHash3, x86, 32 bit: the bucket of a key is made of it (docs/semantics.md). */
export function murmur3(bytes: Uint8Array, seed: number): number {
  const whole = bytes.length - (bytes.length % 4);
  let hash = seed;
  for (let at = 0; at < whole; at += 4) {
    hash = rotated(hash ^ scrambled(wordAt(bytes, at)), 13);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash = hash ^ scrambled(wordAt(bytes, whole)) ^ bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Four bytes, the least first; those beyond the end are 0. */
function wordAt(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return a | (b << 8) | (c << 16) | (d << 24);
}

function scrambled(word: number): number {
  return Math.imul(rotated(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
