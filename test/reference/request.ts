/**
 * A request as the reference matcher sees it. Every text of a request is a byte string: one character, U+0000 to U+00FF,
 * for each byte, so that bytes which are no UTF-8 can be written down.
 */

/** One header line; the name in lower case, as a gateway hands it on. */
export type Header = readonly [name: string, value: string];

export interface Request {
  /** In the order of arrival, with `:method`, `:authority` and `:path` among them. */
  readonly headers: readonly Header[];
  /** What the gateway knows besides: `source.address`, `route_name`, `cluster_name` and the like. */
  readonly properties: Readonly<Record<string, string>>;
}

/** The bytes of a configuration's text, as a byte string. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The text of a byte string; undefined when it is no UTF-8. */
export function textOf(bytes: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}

/** A to Z become a to z, and nothing else changes. */
export function folded(bytes: string): string {
  return bytes.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The text without SP and HTAB at both ends. */
export function trimmed(bytes: string): string {
  return bytes.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
}
