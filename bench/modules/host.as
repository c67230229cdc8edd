// The gateway's side as a module of its own, so that no call of the plugin leaves wasm: a call from wasm to JavaScript and back
// would cost more than what is measured. It works in the plugin's memory, on blocks that the benchmark has added to it, and has no
// data of its own. It sends requests in a loop, one after the other, and answers what the plugin asks meanwhile.

@external('plugin', 'proxy_on_memory_allocate')
declare function allocate(size: usize): usize;
@external('plugin', 'proxy_on_context_create')
declare function createContext(context: u32, root: u32): void;
@external('plugin', 'proxy_on_configure')
declare function configure(context: u32, size: i32): u32;
@external('plugin', 'proxy_on_request_headers')
declare function requestHeaders(context: u32, count: u32, endOfStream: u32): u32;
@external('plugin', 'proxy_on_delete')
declare function deleteContext(context: u32): void;

const OK: u32 = 0;
const NOT_FOUND: u32 = 1;
const INTERNAL_FAILURE: u32 = 10;
const ROOT: u32 = 1;

/**
 * The requests, and their number less one: address and length of the headers in the form of proxy_get_header_map_pairs, then 64 bits
 * that say which names a request may have, so that a look at a header that is not there costs next to nothing.
 */
let requests: usize = 0;
let mask: u32 = 0;

let configuration: usize = 0;
let configurationLength: i32 = 0;

/** The request in hand. */
let pairs: usize = 0;
let pairsLength: i32 = 0;
let names: u64 = 0;

let context: u32 = ROOT;
let metrics: u32 = 0;

/** How often a header was replaced or added. */
let changes: u32 = 0;
/** How often a counter was incremented: keeps the calls from being optimised away. */
let increments: u64 = 0;

export function setRequests(table: usize, count: u32): void {
  requests = table;
  mask = count - 1;
}

/** Makes the root and configures it. */
export function start(text: usize, length: i32): u32 {
  configuration = text;
  configurationLength = length;
  createContext(ROOT, 0);
  return configure(ROOT, length);
}

/** That many requests, in turn. */
export function run(count: u32): void {
  for (let i: u32 = 0; i < count; i += 1) {
    const request = requests + (<usize>(i & mask) << 4);
    pairs = load<usize>(request);
    pairsLength = load<i32>(request, 4);
    names = load<u64>(request, 8);
    context += 1;
    createContext(context, ROOT);
    requestHeaders(context, load<u32>(pairs), 1);
    deleteContext(context);
  }
}

/** Since the last time that it was asked. */
export function takeChanges(): u32 {
  const taken = changes;
  changes = 0;
  return taken;
}

export function log(level: u32, text: usize, length: i32): u32 {
  return OK;
}

export function getBuffer(type: i32, from: u32, length: u32, valueTo: usize, lengthTo: usize): u32 {
  return deliver(configuration, configurationLength, valueTo, lengthTo);
}

export function getHeader(map: i32, name: usize, length: i32, valueTo: usize, lengthTo: usize): u32 {
  if (((names >> ((5 * length + load<u8>(name + length - 1)) & 63)) & 1) == 0) return NOT_FOUND;
  const count = load<i32>(pairs);
  let at = pairs + 4 + (<usize>count << 3);
  for (let i = 0; i < count; i += 1) {
    const sizes = pairs + 4 + (<usize>i << 3);
    const nameLength = load<i32>(sizes);
    const valueLength = load<i32>(sizes, 4);
    if (nameLength == length && isSame(at, name, length)) return deliver(at + nameLength + 1, valueLength, valueTo, lengthTo);
    at += nameLength + valueLength + 2;
  }
  return NOT_FOUND;
}

export function getPairs(map: i32, pairsTo: usize, lengthTo: usize): u32 {
  return deliver(pairs, pairsLength, pairsTo, lengthTo);
}

export function replaceHeader(map: i32, name: usize, length: i32, value: usize, valueLength: i32): u32 {
  changes += 1;
  return OK;
}

export function addHeader(map: i32, name: usize, length: i32, value: usize, valueLength: i32): u32 {
  changes += 1;
  return OK;
}

export function removeHeader(map: i32, name: usize, length: i32): u32 {
  return OK;
}

export function getProperty(path: usize, length: i32, valueTo: usize, lengthTo: usize): u32 {
  return NOT_FOUND;
}

export function defineMetric(type: i32, name: usize, length: i32, idTo: usize): u32 {
  metrics += 1;
  store<u32>(idTo, metrics);
  return OK;
}

export function incrementMetric(id: u32, by: i64): u32 {
  increments += by;
  return OK;
}

export function recordMetric(id: u32, value: u64): u32 {
  return OK;
}

function deliver(value: usize, length: i32, valueTo: usize, lengthTo: usize): u32 {
  let to: usize = 0;
  if (length > 0) {
    to = allocate(length);
    if (to == 0) return INTERNAL_FAILURE;
    copy(to, value, length);
  }
  store<usize>(valueTo, to);
  store<i32>(lengthTo, length);
  return OK;
}

/** Blocks are followed by bytes that may be read and written: the plugin hands out multiples of eight. */
function copy(to: usize, from: usize, length: i32): void {
  if (length > 64) {
    memory.copy(to, from, length);
    return;
  }
  for (let i = 0; i < length; i += 8) store<u64>(to + i, load<u64>(from + i));
}

function isSame(a: usize, b: usize, length: i32): bool {
  while (length >= 8) {
    if (load<u64>(a) != load<u64>(b)) return false;
    a += 8;
    b += 8;
    length -= 8;
  }
  while (length > 0) {
    if (load<u8>(a) != load<u8>(b)) return false;
    a += 1;
    b += 1;
    length -= 1;
  }
  return true;
}
