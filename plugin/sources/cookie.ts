import { indexOfByte, leadingBlanks, sameText, trimmedLength } from '../bytes';
import { Source } from '../program';
import { havePairs, nextCookiePair, pairValue, pairValueLength, rewindPairs } from './pairs';
import { loadSource } from './source';
import { COOKIE_HEADER } from './well-known';

/** First cookie of that name in all Cookie headers: HTTP/1.1 may deliver several, HTTP/2 delivers one. */
export function readCookie(source: Source): void {
  if (!havePairs()) {
    loadSource(COOKIE_HEADER);
    if (COOKIE_HEADER.length > 0) readCookies(source, COOKIE_HEADER.value, COOKIE_HEADER.length);
    return;
  }
  rewindPairs();
  while (nextCookiePair()) if (readCookies(source, pairValue, pairValueLength)) return;
}

/** True when the cookie is in that header. */
function readCookies(source: Source, text: usize, length: i32): bool {
  let at = 0;
  while (at < length) {
    const size = indexOfByte(text + at, length - at, 0x3b);
    if (readPiece(source, text + at, size)) return true;
    at += size + 1;
  }
  return false;
}

function readPiece(source: Source, piece: usize, size: i32): bool {
  const blanks = leadingBlanks(piece, size);
  const name = piece + blanks;
  const rest = size - blanks;
  const equals = indexOfByte(name, rest, 0x3d);
  if (equals == rest) return false;
  if (!sameText(name, trimmedLength(name, equals), source.name, source.nameLength)) return false;
  const value = name + equals + 1;
  const length = rest - equals - 1;
  const skipped = leadingBlanks(value, length);
  source.value = value + skipped;
  source.length = trimmedLength(source.value, length - skipped);
  return true;
}
