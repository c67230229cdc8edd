/** A header line. Texts of requests are byte strings: one character, U+0000 to U+00FF, for each byte. */
export type Header = readonly [name: string, value: string];

/** A request as a client means it, whatever the protocol. */
export interface Request {
  readonly method: string;
  readonly authority: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: readonly Header[];
}

/** A GET at example.com. */
export function get(target: string, ...headers: readonly Header[]): Request {
  return { method: 'GET', authority: 'example.com', target, headers };
}

/** The same request with another method. */
export function by(method: string, request: Request = get('/')): Request {
  return { ...request, method };
}

/** The same request at another authority. */
export function at(authority: string, request: Request = get('/')): Request {
  return { ...request, authority };
}

/** What a gateway answered. */
export interface Answer {
  /** Undefined when there was none: the connection or stream was closed. */
  readonly status: number | undefined;
  readonly body: string;
}

/** The bytes of a text in UTF-8, as a byte string. */
export function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
