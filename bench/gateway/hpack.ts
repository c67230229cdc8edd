/** Just as much of HPACK (RFC 7541) as a client needs that neither compresses nor lets its peer do so. */

/** Places in the static table of names that are sent. */
const NAMES: Readonly<Record<string, number>> = { ':authority': 1, ':path': 4 };
const GET = 0x82;
const HTTP = 0x86;
const SIZE_UPDATE = 0b0010_0000;
const STATUS: Readonly<Record<number, number>> = { 136: 200, 137: 204 };

/** A GET request's headers as a block; nothing of it goes into a table. Names and values are short. */
export function headerBlock(headers: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat([Buffer.of(GET, HTTP), ...headers.map(([name, value]) => literal(name, value))]);
}

/** The status that a block begins with; undefined for one that is not expected here. */
export function statusOf(block: Uint8Array): number | undefined {
  const isUpdate = ((block[0] ?? 0) & 0b1110_0000) === SIZE_UPDATE;
  return STATUS[block[isUpdate ? 1 : 0] ?? 0];
}

function literal(name: string, value: string): Buffer {
  const place = NAMES[name];
  const key = place === undefined ? Buffer.concat([Buffer.of(0), text(name)]) : Buffer.of(place);
  return Buffer.concat([key, text(value)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  if (bytes.length > 126) throw new Error(`${value} is too long for a length of one byte`);
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}
