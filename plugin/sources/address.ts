import { indexOfByte } from '../bytes';
import { hexValue } from '../json/string';
import { Source } from '../program';
import { loadSource } from './source';
import { CLIENT_PROPERTY } from './well-known';

/** Addresses are 16 bytes; IPv4 stands behind ten zero bytes and two of 0xff, as RFC 4291, section 2.5.5.2, maps it. */

const CLIENT: usize = memory.data(16, 8);

/** The client's address; missing when it cannot be read, for example the path of a socket. */
export function readAddress(source: Source): void {
  loadSource(CLIENT_PROPERTY);
  if (CLIENT_PROPERTY.length <= 0) return;
  const text = CLIENT_PROPERTY.value;
  const length = CLIENT_PROPERTY.length;
  if (!parseEndpoint(text, length, CLIENT)) return;
  source.value = CLIENT;
  source.length = 16;
}

/** True for an address of IPv4. */
export function isIpv4(address: usize): bool {
  return load<u64>(address) == 0 && load<u32>(address, 8) == 0xffff0000;
}

/** `1.2.3.4`, `1.2.3.4:5`, `::1`, `[::1]`, `[::1]:5`. */
function parseEndpoint(text: usize, length: i32, to: usize): bool {
  if (load<u8>(text) == 0x5b) {
    const close = indexOfByte(text, length, 0x5d);
    return close < length && isPort(text + close + 1, length - close - 1) && parseIpv6(text + 1, close - 1, to);
  }
  const colon = indexOfByte(text, length, 0x3a);
  if (parseIpv4(text, colon, to)) return isPort(text + colon, length - colon);
  return parseIpv6(text, length, to);
}

/** A colon and a number, or nothing. */
function isPort(text: usize, length: i32): bool {
  if (length == 0) return true;
  if (length == 1 || load<u8>(text) != 0x3a) return false;
  for (let i = 1; i < length; i += 1) if (load<u8>(text + i) < 0x30 || load<u8>(text + i) > 0x39) return false;
  return true;
}

/** Reads an address of either kind without a port. */
export function parseAddress(text: usize, length: i32, to: usize): bool {
  return parseIpv4(text, length, to) || parseIpv6(text, length, to);
}

function parseIpv4(text: usize, length: i32, to: usize): bool {
  store<u64>(to, 0);
  store<u32>(to, 0xffff0000, 8);
  let at = 0;
  for (let part = 0; part < 4; part += 1) {
    const size = indexOfByte(text + at, length - at, 0x2e);
    // The last part has no dot behind it, the others have one.
    if ((at + size == length) != (part == 3)) return false;
    const value = decimal(text + at, size);
    if (value < 0) return false;
    store<u8>(to + 12 + part, value);
    at += size + 1;
  }
  return true;
}

/** A number from 0 to 255 without needless zeros, or -1. */
function decimal(text: usize, length: i32): i32 {
  if (length < 1 || length > 3 || (length > 1 && load<u8>(text) == 0x30)) return -1;
  let value = 0;
  for (let i = 0; i < length; i += 1) {
    const byte = load<u8>(text + i);
    if (byte < 0x30 || byte > 0x39) return -1;
    value = value * 10 + (byte - 0x30);
  }
  return value <= 255 ? value : -1;
}

const GROUPS: usize = memory.data(16, 8);

/** RFC 4291, section 2.2: eight groups, one run of which may be `::`, the last two of which may be written as IPv4. */
function parseIpv6(text: usize, length: i32, to: usize): bool {
  let groups = 0;
  let gap = -1;
  let at = 0;
  while (at < length) {
    if (load<u8>(text + at) == 0x3a) {
      const isDouble = at + 1 < length && load<u8>(text + at + 1) == 0x3a;
      if (isDouble) {
        if (gap >= 0) return false;
        gap = groups;
        at += 2;
        continue;
      }
      // A single colon stands between two groups.
      if (groups == 0 || gap == groups || at + 1 == length) return false;
      at += 1;
    }
    const size = indexOfByte(text + at, length - at, 0x3a);
    if (groups == 8) return false;
    if (at + size == length && groups <= 6 && parseIpv4(text + at, size, to)) {
      store<u32>(GROUPS + (<usize>groups << 1), load<u32>(to, 12));
      groups += 2;
    } else {
      const value = hexadecimal(text + at, size);
      if (value < 0) return false;
      store<u16>(GROUPS + (<usize>groups << 1), bswap<u16>(<u16>value));
      groups += 1;
    }
    at += size;
  }
  if (gap < 0 ? groups != 8 : groups > 7) return false;
  place(groups, gap < 0 ? groups : gap, to);
  return true;
}

/** Writes the groups, with zeros in the gap. */
function place(groups: i32, gap: i32, to: usize): void {
  memory.fill(to, 0, 16);
  memory.copy(to, GROUPS, <usize>gap << 1);
  const behind = <usize>(groups - gap) << 1;
  memory.copy(to + 16 - behind, GROUPS + (<usize>gap << 1), behind);
}

function hexadecimal(text: usize, length: i32): i32 {
  if (length < 1 || length > 4) return -1;
  let value = 0;
  for (let i = 0; i < length; i += 1) {
    const digit = hexValue(load<u8>(text + i));
    if (digit < 0) return -1;
    value = (value << 4) | digit;
  }
  return value;
}
