/**
 * What a strict reader of JSON makes of bytes: their value; undefined when they are no JSON, or spell half a surrogate pair,
 * which no UTF-8 can hold. White space alone counts as `{}`.
 */
export function strictJson(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = /^[ \t\r\n]*$/.test(text) ? {} : JSON.parse(text);
    return LONE_SURROGATE.test(JSON.stringify(value)) ? undefined : { value };
  } catch {
    return undefined;
  }
}

/** JSON.stringify escapes them, and escapes nothing else in this way. */
const LONE_SURROGATE = /(^|[^\\])(\\\\)*\\ud[89a-f]/;
