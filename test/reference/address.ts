/** An IPv4 or IPv6 address. */
interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/**
 * Whether an address, which may carry a port, lies in one of the networks. An IPv4 address or network in IPv6 clothes
 * (`::ffff:1.2.3.4`, `::ffff:1.2.3.0/120`) is IPv4 and nothing else. Undefined when it is no address at all.
 */
export function liesIn(cidrs: readonly string[], text: string): boolean | undefined {
  const address = parsed(withoutPort(text));
  if (address === undefined) return undefined;
  return cidrs.some((cidr) => contains(cidr, unmapped(address)));
}

function withoutPort(text: string): string {
  const bracketed = /^\[(.*)\](:[0-9]+)?$/.exec(text)?.[1];
  if (bracketed !== undefined) return bracketed.includes(':') ? bracketed : '';
  return /^[^:]*:[0-9]+$/.test(text) ? text.slice(0, text.indexOf(':')) : text;
}

function contains(cidr: string, address: Address): boolean {
  const [base = '', length] = cidr.split('/');
  const written = parsed(base);
  if (written === undefined) return false;
  const free = BigInt(length === undefined ? 0 : written.bits - Number(length));
  const network = free <= 32n ? unmapped(written) : written;
  return network.bits === address.bits && network.value >> free === address.value >> free;
}

/** An IPv4 address in IPv6 clothes is the IPv4 address. */
function unmapped(address: Address): Address {
  const { bits, value } = address;
  return bits === 128 && value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffffffffn } : address;
}

function parsed(text: string): Address | undefined {
  return text.includes(':') ? ipv6(text) : ipv4(text);
}

function ipv4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return { bits: 32, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) };
}

function ipv6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [left, right] = halves.map((half, index) => groups(half, index === halves.length - 1));
  if (left === undefined || (halves.length === 2 && right === undefined)) return undefined;
  const given = left.length + (right?.length ?? 0);
  if (right === undefined ? given !== 8 : given > 7) return undefined;
  const all = [...left, ...Array<bigint>(8 - given).fill(0n), ...(right ?? [])];
  return { bits: 128, value: all.reduce((value, group) => (value << 16n) | group, 0n) };
}

/** The 16-bit groups of one half of an IPv6 address. The end of the address may be written as an IPv4 address. */
function groups(half: string, isEnd: boolean): readonly bigint[] | undefined {
  if (half === '') return [];
  const result: bigint[] = [];
  const parts = half.split(':');
  for (const [index, part] of parts.entries()) {
    const embedded = isEnd && index === parts.length - 1 ? ipv4(part) : undefined;
    if (embedded !== undefined) result.push(embedded.value >> 16n, embedded.value & 0xffffn);
    else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) result.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return result;
}
