import { takePiece } from '../arena';
import { indexOfByte } from '../bytes';
import { enterArray, length, nextItem, text } from '../json/reader';
import { Network } from '../program';
import { isIpv4, parseAddress } from '../sources/address';
import { Code, fail, hasFailed } from './failure';
import { arena } from './reading';
import { readSized, refuse } from './text';

const MAX_NETWORKS: i32 = 64;
const MAPPED_BITS: i32 = 96;

/** Reads a list of networks such as `10.0.0.0/8` or `2001:db8::/32`; an address alone is a network of one. */
export function readNetworks(): Network | null {
  let first: Network | null = null;
  let count = 0;
  if (!enterArray()) return null;
  while (nextItem()) {
    count += 1;
    if (count > MAX_NETWORKS) fail(Code.TooMany, 'a condition may have 64 networks');
    if (!readSized(1, 253)) continue;
    const network = readNetwork();
    network.next = first;
    first = network;
  }
  if (!hasFailed && count == 0) refuse('must not be empty');
  return first;
}

function readNetwork(): Network {
  const network = changetype<Network>(takePiece(arena, offsetof<Network>()));
  network.address = takePiece(arena, 16);
  const slash = indexOfByte(text, length, 0x2f);
  if (!parseAddress(text, slash, network.address)) {
    refuse('must be a network such as 10.0.0.0/8 or 2001:db8::/32');
    return network;
  }
  const isV4 = isIpv4(network.address) && indexOfByte(text, slash, 0x3a) == slash;
  const size = isV4 ? 32 : 128;
  const bits = slash == length ? size : bitsOf(text + slash + 1, length - slash - 1);
  if (bits < 0 || bits > size) refuse('the number of bits behind the slash is too large, or none');
  network.bits = isV4 ? bits + MAPPED_BITS : bits;
  network.isIpv4 = isIpv4(network.address) && network.bits >= MAPPED_BITS;
  return network;
}

/** A number of one to three digits, or -1. */
function bitsOf(digits: usize, size: i32): i32 {
  if (size < 1 || size > 3) return -1;
  let bits = 0;
  for (let i = 0; i < size; i += 1) {
    const byte = load<u8>(digits + i);
    if (byte < 0x30 || byte > 0x39) return -1;
    bits = bits * 10 + (byte - 0x30);
  }
  return bits;
}
