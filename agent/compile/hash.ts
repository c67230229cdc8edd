import { createHash } from 'node:crypto';

/** The first 16 hexadecimal digits of the text's SHA-256: short, and different for different texts in practice. */
export function contentHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
