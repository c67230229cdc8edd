import { indexOfByte } from '../bytes';
import { hexValue } from '../json/string';
import { Source } from '../program';
import { takeScratch } from '../scratch';
import { loadSource } from './source';
import { PATH_HEADER } from './well-known';

/** First value of a parameter in the query, name and value decoded once. */
export function readQuery(source: Source): void {
  loadSource(PATH_HEADER);
  if (PATH_HEADER.length < 0) return;
  const path = PATH_HEADER.value;
  const length = PATH_HEADER.length;
  let at = indexOfByte(path, length, 0x3f) + 1;
  while (at < length) {
    const size = indexOfByte(path + at, length - at, 0x26);
    if (size > 0 && readPiece(source, path + at, size)) return;
    at += size + 1;
  }
}

/** True when the piece is the parameter. */
function readPiece(source: Source, piece: usize, size: i32): bool {
  const nameLength = indexOfByte(piece, size, 0x3d);
  if (!isName(source, piece, nameLength)) return false;
  const skipped = nameLength < size ? nameLength + 1 : nameLength;
  decodeValue(source, piece + skipped, size - skipped);
  return true;
}

/** Compares without writing: most pieces are not the one. */
function isName(source: Source, raw: usize, length: i32): bool {
  let matched = 0;
  let at = 0;
  while (at < length) {
    const size = encodedSize(raw + at, length - at);
    if (matched >= source.nameLength || load<u8>(source.name + matched) != decodedByte(raw + at, size)) return false;
    matched += 1;
    at += size;
  }
  return matched == source.nameLength;
}

function decodeValue(source: Source, raw: usize, length: i32): void {
  source.value = raw;
  source.length = length;
  if (indexOfByte(raw, length, 0x25) == length && indexOfByte(raw, length, 0x2b) == length) return;
  const decoded = takeScratch(length);
  source.value = decoded;
  source.length = -1;
  if (decoded == 0) return;
  let written = 0;
  let at = 0;
  while (at < length) {
    const size = encodedSize(raw + at, length - at);
    store<u8>(decoded + written, decodedByte(raw + at, size));
    written += 1;
    at += size;
  }
  source.length = written;
}

/** How many bytes stand for the next one: 3 for a well-formed `%XX`, else 1. */
function encodedSize(at: usize, rest: i32): i32 {
  if (rest < 3 || load<u8>(at) != 0x25) return 1;
  return hexValue(load<u8>(at, 1)) >= 0 && hexValue(load<u8>(at, 2)) >= 0 ? 3 : 1;
}

function decodedByte(at: usize, size: i32): u8 {
  if (size == 3) return <u8>((hexValue(load<u8>(at, 1)) << 4) | hexValue(load<u8>(at, 2)));
  const byte = load<u8>(at);
  return byte == 0x2b ? 0x20 : byte;
}
