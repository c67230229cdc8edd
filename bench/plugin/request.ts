/** Name and value of each header, in the order of the wire; pseudo headers first. */
export type Request = readonly (readonly [name: string, value: string])[];

/** A request as a browser's application sends it, with headers of its own at the end. */
export function request(path: string, ...own: Request): Request {
  return [
    [':authority', 'example.com'],
    [':path', path],
    [':method', 'GET'],
    [':scheme', 'https'],
    ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36'],
    ['accept', 'application/json'],
    ['x-request-id', '5f0c1a52-3a0e-4f34-9d0a-6f1d2c3b4a59'],
    ...own,
  ];
}

/** The form in which a proxy-wasm host hands headers over: their number, the lengths, then names and values with a NUL behind each. */
export function pairsOf(headers: Request): Uint8Array {
  const texts = headers.flat().map((text) => Buffer.from(text));
  const lengths = Buffer.alloc(4 + 4 * texts.length);
  lengths.writeUInt32LE(headers.length);
  for (const [index, text] of texts.entries()) lengths.writeUInt32LE(text.length, 4 + 4 * index);
  return Buffer.concat([lengths, ...texts.flatMap((text) => [text, Buffer.of(0)])]);
}

/** One bit for each header, chosen by length and last byte of its name. */
export function namesOf(headers: Request): bigint {
  const bits = headers.map(([name]) => 1n << BigInt((5 * name.length + name.charCodeAt(name.length - 1)) % 64));
  return bits.reduce((all, bit) => all | bit, 0n);
}
