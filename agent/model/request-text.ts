/** What can stand in a request, and in a plugin configuration: the limits of docs/plugin-config.md. */

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/;
/** RFC 9110 token of at most 256 characters: what a header can be called. */
export function isToken(name: string): boolean {
  return TOKEN.test(name);
}

const MAX_VALUE_BYTES = 4096;

/** True when the text, empty or not, can be a header value or be compared with one: printable UTF-8 of at most 4096 bytes. */
export function isFieldValue(text: string): boolean {
  return isPlain(text) && utf8Length(text) <= MAX_VALUE_BYTES;
}

/** True when the text has no control characters and no half of a surrogate pair. */
function isPlain(text: string): boolean {
  return !UNWRITABLE.test(text);
}

const UNWRITABLE = /[\p{Cc}\p{Cs}]/u;

/** How many bytes the text has in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
