import type { HeaderMap } from './header-map.ts';
import { sizeOf, writeText } from './text.ts';

const EMPTY = new Uint8Array();

/**
 * Headers as the ABI hands over all of them at once, in little endian: their number, the sizes of each name and value, then each
 * name and value with a NUL behind it. Nothing at all when there is none.
 */
export function serializedPairs(map: HeaderMap | undefined): Uint8Array {
  if (map === undefined || map.size === 0) return EMPTY;
  const texts: string[] = [];
  for (let index = 0; index < map.size; index += 1) texts.push(map.nameAt(index), map.valueAt(index));
  const sizes = texts.map(sizeOf);
  const head = 4 + 4 * texts.length;
  const bytes = Buffer.alloc(sizes.reduce((sum, size) => sum + size + 1, head));
  bytes.writeUInt32LE(map.size, 0);
  let at = head;
  texts.forEach((text, index) => {
    const size = sizes[index] ?? 0;
    bytes.writeUInt32LE(size, 4 + 4 * index);
    writeText(text, bytes, at);
    at += size + 1;
  });
  return bytes;
}
