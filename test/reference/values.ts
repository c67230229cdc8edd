import type { NamedSource, RequestLineSource } from '../../agent/model/plugin-config.ts';
import { bytesOf, folded, type Header, type Request, trimmed } from './request.ts';

/** The value that a condition on this source looks at; undefined when the request has none. */
export function valueFrom(source: NamedSource | RequestLineSource, request: Request): string | undefined {
  switch (source.kind) {
    case 'header':
      return first(folded(source.name), request.headers);
    case 'query':
      return queryValue(bytesOf(source.name), request.headers);
    case 'cookie':
      return cookieValue(source.name, request.headers);
    case 'path':
      return pathOf(request.headers);
    case 'method':
      return first(':method', request.headers);
    case 'host':
      return hostOf(request.headers);
  }
}

/** The host without port, in lower case. */
export function hostOf(headers: readonly Header[]): string | undefined {
  const authority = first(':authority', headers);
  return authority === undefined ? undefined : folded(authority.replace(/:[0-9]*$/, ''));
}

/** The path without query. */
export function pathOf(headers: readonly Header[]): string | undefined {
  return first(':path', headers)?.split('?')[0];
}

/** The first value of a header, without blanks around it. */
function first(name: string, headers: readonly Header[]): string | undefined {
  const value = headers.find(([own]) => own === name)?.[1];
  return value === undefined ? undefined : trimmed(value);
}

function queryValue(name: string, headers: readonly Header[]): string | undefined {
  const path = first(':path', headers) ?? '';
  const start = path.indexOf('?');
  if (start === -1) return undefined;
  for (const piece of path.slice(start + 1).split('&')) {
    const [own, value] = splitAtEquals(piece);
    if (piece !== '' && decoded(own) === name) return decoded(value ?? '');
  }
  return undefined;
}

/** `+` is a space and `%XX` a byte; a `%` without two hexadecimal digits is itself. */
function decoded(piece: string): string {
  return piece
    .replaceAll('+', ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function cookieValue(name: string, headers: readonly Header[]): string | undefined {
  const lines = headers.filter(([own]) => own === 'cookie').map(([, value]) => value);
  for (const piece of lines.flatMap((line) => line.split(';'))) {
    const [own, value] = splitAtEquals(piece);
    if (value !== undefined && trimmed(own) === name) return trimmed(value);
  }
  return undefined;
}

/** What stands before the first `=` and what stands behind it, undefined when there is none. */
function splitAtEquals(piece: string): readonly [before: string, behind: string | undefined] {
  const at = piece.indexOf('=');
  return at === -1 ? [piece, undefined] : [piece.slice(0, at), piece.slice(at + 1)];
}
