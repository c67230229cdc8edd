import { leadingBlanks, trimmedLength } from '../bytes';
import { Source, SourceKind } from '../program';
import { readAddress } from './address';
import { readCookie } from './cookie';
import { readHost } from './host';
import { readPath } from './path';
import { readQuery } from './query';

/**
 * The values of the request that is decided on, each fetched and read at most once, when a condition first asks for it. How
 * headers and properties are fetched, the shell says: nothing here calls the host.
 */

/** Length of a value that the request does not have. */
export const MISSING: i32 = -1;

/** Number of the current request; too wide to begin anew in a gateway's life. */
let request: u64 = 0;
let fetch: (source: Source) => void = fetchNothing;

/** Sets what gives a source of kind Header or Property its value and length. */
export function fetchWith(fetcher: (source: Source) => void): void {
  fetch = fetcher;
}

/** Forgets the values of the request before. */
export function beginRequest(): void {
  request += 1;
}

/** Makes sure that value and length of the source are those of this request. */
export function loadSource(source: Source): void {
  if (source.request == request) return;
  source.request = request;
  source.length = MISSING;
  switch (source.kind) {
    case SourceKind.Header:
      fetch(source);
      trim(source);
      break;
    case SourceKind.Property:
      fetch(source);
      break;
    case SourceKind.Query:
      readQuery(source);
      break;
    case SourceKind.Cookie:
      readCookie(source);
      break;
    case SourceKind.Path:
      readPath(source);
      break;
    case SourceKind.Host:
      readHost(source);
      break;
    case SourceKind.Address:
      readAddress(source);
      break;
    default:
      break;
  }
}

/** HTTP/2 delivers blanks at the end of a value, which are no part of it. */
function trim(source: Source): void {
  if (source.length <= 0) return;
  const last = source.value + source.length - 1;
  if (load<u8>(source.value) > 0x20 && load<u8>(last) > 0x20) return;
  const blanks = leadingBlanks(source.value, source.length);
  source.value += blanks;
  source.length = trimmedLength(source.value, source.length - blanks);
}

function fetchNothing(source: Source): void {}
