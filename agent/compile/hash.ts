import { createHash } from 'node:crypto';

/** The first 16 hexadecimal digits of the text's SHA-256: short, and different for different texts in practice. */
export function contentHash(pieces: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex').slice(0, 16);
}
