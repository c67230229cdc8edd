import type { NamedSource, RequestLineSource } from '../../agent/model/plugin-config.ts';
import { folded, type Header, type Request } from '../reference/request.ts';
import type { Random } from './random.ts';

/** A request in the making. Texts are byte strings, as everywhere in the reference. */
export class RequestDraft {
  readonly properties: Record<string, string> = {};
  method: string | undefined = 'GET';
  authority: string | undefined = 'example.com';
  path: string | undefined = '/';
  readonly #random: Random;
  readonly #headers: Header[] = [];
  readonly #pieces: string[] = [];
  readonly #cookies: string[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** Writes a value where a condition on that source looks for it. */
  put(source: NamedSource | RequestLineSource, name: string, value: string): void {
    switch (source.kind) {
      case 'header':
        this.header(name, this.#blank() + value + this.#blank());
        return;
      case 'query':
        this.piece(value === '' && this.#random.chance(0.5) ? this.#encoded(name) : this.#pair(name, value));
        return;
      case 'cookie':
        this.cookie(`${this.#blank()}${name}${this.#blank()}=${this.#blank()}${value}${this.#blank()}`);
        return;
      case 'path':
        this.path = value;
        return;
      case 'method':
        this.method = value;
        return;
      case 'host':
        this.authority = this.#otherCase(value) + this.#random.text(['', '', ':80', ':', ':8443']);
        return;
    }
  }

  /** The request will have no path, method or host; a named source simply is not put. */
  leaveOut(kind: (NamedSource | RequestLineSource)['kind']): void {
    if (kind === 'path') this.path = undefined;
    if (kind === 'method') this.method = undefined;
    if (kind === 'host') this.authority = undefined;
  }

  /** One more header, before or behind the others. */
  header(name: string, value: string): void {
    const header: Header = [folded(name), value];
    if (this.#random.chance(0.3)) this.#headers.unshift(header);
    else this.#headers.push(header);
  }

  /** One more piece of the query. */
  piece(piece: string): void {
    if (this.#random.chance(0.2)) this.#pieces.unshift(piece);
    else this.#pieces.push(piece);
  }

  /** One more piece of the cookies. */
  cookie(piece: string): void {
    if (this.#random.chance(0.2)) this.#cookies.unshift(piece);
    else this.#cookies.push(piece);
  }

  finished(): Request {
    const query = this.#pieces.length === 0 ? '' : `?${this.#pieces.join('&')}`;
    const lines: readonly (readonly [string, string | undefined])[] = [
      [':method', this.method],
      [':authority', this.authority],
      [':path', this.path === undefined ? undefined : this.path + query],
      ...this.#headers,
      ...this.#cookieLines(),
    ];
    const headers = lines.flatMap(([name, value]): Header[] => (value === undefined ? [] : [[name, value]]));
    return { headers, properties: this.properties };
  }

  /** Cookies come in one line as HTTP/1.1 sends them, or in several. */
  #cookieLines(): readonly Header[] {
    if (this.#cookies.length === 0) return [];
    const at = this.#random.chance(0.3) ? this.#random.below(this.#cookies.length) : 0;
    const lines = [this.#cookies.slice(0, at), this.#cookies.slice(at)].filter((pieces) => pieces.length > 0);
    return lines.map((pieces) => ['cookie', pieces.join(this.#random.text(['; ', ';', ';;', ' ;\t']))]);
  }

  #blank(): string {
    return this.#random.chance(0.05) ? this.#random.text([' ', '\t', ' \t ']) : '';
  }

  #pair(name: string, value: string): string {
    return `${this.#encoded(name)}=${this.#encoded(value)}`;
  }

  /** Encodes what has to be encoded, and some of what need not be. */
  #encoded(bytes: string): string {
    const eager = this.#random.chance(0.2);
    return bytes.replace(/[\s\S]/g, (byte) => {
      if (byte === ' ') return this.#random.text(['+', '%20']);
      if (/[&+%=]/.test(byte)) return percentEncoded(byte);
      return eager && this.#random.chance(0.5) ? percentEncoded(byte) : byte;
    });
  }

  #otherCase(bytes: string): string {
    return this.#random.chance(0.7)
      ? bytes
      : bytes.replace(/[a-z]/g, (letter) => (this.#random.chance(0.5) ? letter.toUpperCase() : letter));
  }
}

function percentEncoded(byte: string): string {
  const hex = byte.charCodeAt(0).toString(16).padStart(2, '0');
  return `%${byte === '%' ? hex.toUpperCase() : hex}`;
}
