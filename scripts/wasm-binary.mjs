import binaryen from 'assemblyscript/binaryen';

// Makes a module smaller and faster without changing what it does.

/** No function that is called once is too large to be put where it is called: engines of gateways inline nothing by themselves. */
const ONE_CALLER = 100_000;
/** Larger ones make the binary larger than they make it faster. */
const ALWAYS_INLINED = 8;

/** The same module with other limits for putting functions into their callers than the compiler lets one choose. */
export function inlined(module) {
  const { BulkMemory, BulkMemoryOpt, CallIndirectOverlong, MutableGlobals, NontrappingFPToInt, SignExt } =
    binaryen.Features;
  const parsed = binaryen.readBinary(module);
  parsed.setFeatures(BulkMemory | BulkMemoryOpt | CallIndirectOverlong | MutableGlobals | NontrappingFPToInt | SignExt);
  binaryen.setOptimizeLevel(3);
  binaryen.setShrinkLevel(1);
  binaryen.setDebugInfo(true);
  binaryen.setOneCallerInlineMaxSize(ONE_CALLER);
  binaryen.setAlwaysInlineMaxSize(ALWAYS_INLINED);
  parsed.optimize();
  const binary = parsed.emitBinary();
  parsed.dispose();
  return Buffer.from(binary);
}

const SECTION = { custom: 0, data: 11, dataCount: 12 };
const FUNCTION_NAMES = 1;
const I32_CONST = 0x41;
const END = 0x0b;
/** A segment of its own takes about this many bytes more. */
const GAP = 8;

/**
 * The same module in fewer bytes: data segments that nearly touch become one, and of the names only those of functions stay, which
 * are what a gateway prints should the module ever trap. Throws for data that is not at a fixed place.
 */
export function compacted(module) {
  const parts = [module.subarray(0, 8)];
  const sections = [...sectionsOf(module)];
  const merged = sections.filter(({ id }) => id === SECTION.data).flatMap(({ body }) => mergedSegments(body));
  for (const { id, body } of sections) {
    if (id === SECTION.data) parts.push(section(id, vector(merged.map(segment))));
    else if (id === SECTION.dataCount) parts.push(section(id, leb(merged.length)));
    else if (id === SECTION.custom) parts.push(section(id, onlyFunctionNames(body)));
    else parts.push(section(id, body));
  }
  return Buffer.concat(parts);
}

function* sectionsOf(module) {
  const reader = new Reader(module, 8);
  while (!reader.isDone) yield { id: reader.byte(), body: reader.bytes(reader.leb()) };
}

function mergedSegments(body) {
  const reader = new Reader(body);
  const segments = [];
  for (let left = reader.leb(); left > 0; left -= 1) {
    if (reader.leb() !== 0 || reader.byte() !== I32_CONST) throw new Error('a data segment without a fixed place');
    const offset = reader.leb();
    if (reader.byte() !== END) throw new Error('a data segment with a computed place');
    const bytes = reader.bytes(reader.leb());
    const last = segments.at(-1);
    const gap = last === undefined ? Number.POSITIVE_INFINITY : offset - last.offset - last.bytes.length;
    if (gap >= 0 && gap <= GAP) last.bytes = Buffer.concat([last.bytes, Buffer.alloc(gap), bytes]);
    else segments.push({ offset, bytes });
  }
  return segments;
}

function segment({ offset, bytes }) {
  return Buffer.concat([leb(0), Buffer.of(I32_CONST), signedLeb(offset), Buffer.of(END), leb(bytes.length), bytes]);
}

function onlyFunctionNames(body) {
  const reader = new Reader(body);
  const name = reader.bytes(reader.leb());
  if (name.toString() !== 'name') return body;
  const parts = [leb(name.length), name];
  while (!reader.isDone) {
    const kind = reader.byte();
    const names = reader.bytes(reader.leb());
    if (kind === FUNCTION_NAMES) parts.push(section(kind, vector(shortNames(names))));
  }
  return Buffer.concat(parts);
}

/** Names with their file, without its folder: `reader/nextKey`. */
function shortNames(names) {
  const reader = new Reader(names);
  return Array.from({ length: reader.leb() }, () => {
    const index = leb(reader.leb());
    const name = reader.bytes(reader.leb()).toString();
    const short = Buffer.from(name.split('/').slice(-2).join('/'));
    return Buffer.concat([index, leb(short.length), short]);
  });
}

function section(id, body) {
  return Buffer.concat([Buffer.of(id), leb(body.length), body]);
}

function vector(items) {
  return Buffer.concat([leb(items.length), ...items]);
}

function leb(number) {
  const bytes = [];
  for (; number > 0x7f; number = Math.floor(number / 128)) bytes.push((number & 0x7f) | 0x80);
  return Buffer.from([...bytes, number]);
}

/** For numbers that are not negative: a last byte must not look like one. */
function signedLeb(number) {
  const bytes = [];
  for (; number > 0x3f; number = Math.floor(number / 128)) bytes.push((number & 0x7f) | 0x80);
  return Buffer.from([...bytes, number]);
}

class Reader {
  #bytes;
  #at;

  constructor(bytes, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get isDone() {
    return this.#at >= this.#bytes.length;
  }

  byte() {
    this.#at += 1;
    return this.#bytes[this.#at - 1];
  }

  bytes(count) {
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  leb() {
    let number = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      number += (byte & 0x7f) * scale;
      if (byte < 0x80) return number;
    }
  }
}
