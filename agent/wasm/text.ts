/**
 * Text that stands for bytes, without loss: bytes that are UTF-8 are the text that they spell, and every other byte is a lone
 * surrogate U+DC80 to U+DCFF, as Python's `surrogateescape` has it (PEP 383). Other lone surrogates, which no bytes stand for,
 * become U+FFFD.
 */

const encoder = new TextEncoder();
// A byte order mark is bytes like any other.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How many bytes the text stands for. */
export function sizeOf(text: string): number {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 0x7f) return bytesOf(text).length;
  }
  return text.length;
}

/** The bytes that the text stands for. */
export function bytesOf(text: string): Uint8Array {
  // With the flag u, a surrogate that belongs to a pair does not match.
  if (!/[\udc80-\udcff]/u.test(text)) return encoder.encode(text);
  const pieces = text.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    pieces.map((piece, index) => (index % 2 === 1 ? Uint8Array.of(piece.charCodeAt(0) & 0xff) : encoder.encode(piece))),
  );
}

/** Writes the text's bytes from an offset on; there must be room. */
export function writeText(text: string, target: Uint8Array, offset: number): void {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) {
      target.set(bytesOf(text), offset);
      return;
    }
    target[offset + index] = unit;
  }
}

/** The text that the bytes between two offsets stand for. */
export function readText(bytes: Buffer, start: number, end: number): string {
  for (let index = start; index < end; index += 1) {
    if ((bytes[index] ?? 0) > 0x7f) return textOf(bytes.subarray(start, end));
  }
  return bytes.toString('latin1', start, end);
}

/** The text that the bytes stand for. */
export function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1').replace(NOT_ASCII, decodedPiece);
  }
}

/** A character of more than one byte (RFC 3629), or else one byte that belongs to none. */
const NOT_ASCII =
  /([\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})|[\x80-\xff]/g;

function decodedPiece(piece: string, character: string | undefined): string {
  if (character !== undefined) return Buffer.from(character, 'latin1').toString('utf8');
  return String.fromCharCode(0xdc00 + piece.charCodeAt(0));
}
