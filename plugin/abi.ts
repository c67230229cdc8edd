import {
  proxy_add_header_map_value,
  proxy_define_metric,
  proxy_get_buffer_bytes,
  proxy_get_header_map_pairs,
  proxy_get_header_map_value,
  proxy_get_property,
  proxy_increment_metric,
  proxy_log,
  proxy_record_metric,
  proxy_remove_header_map_value,
  proxy_replace_header_map_value,
} from '@gcoredev/proxy-wasm-sdk-as/assembly/imports';
import { allocate, isInside, release } from './memory';
import { takeScratch } from './scratch';

/** All that is asked of the host. Whatever it answers, nothing here fails: what cannot be had is not there. */

const OK: u32 = 0;
const NOT_FOUND: u32 = 1;
const REQUEST_HEADERS: i32 = 0;
const PLUGIN_CONFIGURATION: i32 = 7;
const ERROR: usize = 4;

/** Where the host writes address and length of what it delivers. */
const RESULT: usize = memory.data(8, 8);

/** What was delivered last. */
export let delivered: usize = 0;
export let deliveredLength: i32 = 0;

/** True while a configuration is delivered, which stays longer than a request. */
let isConfiguration: bool = false;
/** The memory that it is delivered in. */
let room: usize = 0;

/** Memory for what the host wants to deliver; 0 when there is none, which the host reports as a failure. */
export function memoryFor(size: usize): usize {
  if (!isConfiguration) return takeScratch(size);
  release(room);
  room = allocate(size);
  return room;
}

/** The configuration, in memory that is the caller's; false when the host does not hand over all of it. */
export function getConfiguration(size: i32): bool {
  isConfiguration = true;
  room = 0;
  clearResult();
  const result = proxy_get_buffer_bytes(PLUGIN_CONFIGURATION, 0, size, RESULT, RESULT + 4);
  isConfiguration = false;
  // What lies elsewhere is not ours to give back.
  if (isDelivered(result) && room != 0 && delivered == room && deliveredLength == size) return true;
  release(room);
  return false;
}

/** The first value of a request header; false when it is not there or cannot be had. */
export function getHeader(name: usize, length: i32): bool {
  clearResult();
  return isDelivered(proxy_get_header_map_value(REQUEST_HEADERS, name, length, RESULT, RESULT + 4));
}

/** False only when the host says that the request has no such header. */
export function mayHaveHeader(name: usize, length: i32): bool {
  clearResult();
  return proxy_get_header_map_value(REQUEST_HEADERS, name, length, RESULT, RESULT + 4) != NOT_FOUND;
}

/** All request headers, in the form of `sources/pairs.ts`. */
export function getHeaderPairs(): bool {
  clearResult();
  return isDelivered(proxy_get_header_map_pairs(REQUEST_HEADERS, RESULT, RESULT + 4));
}

/** Lets the header occur once, with that value. */
export function replaceHeader(name: usize, length: i32, value: usize, valueLength: i32): bool {
  return proxy_replace_header_map_value(REQUEST_HEADERS, name, length, value, valueLength) == OK;
}

/** Lets the header occur once more. */
export function addHeader(name: usize, length: i32, value: usize, valueLength: i32): bool {
  return proxy_add_header_map_value(REQUEST_HEADERS, name, length, value, valueLength) == OK;
}

/** Removes all occurrences of the header. */
export function removeHeader(name: usize, length: i32): bool {
  return proxy_remove_header_map_value(REQUEST_HEADERS, name, length) == OK;
}

/** A property of the stream or of the plugin; the segments of its path are separated by NUL. */
export function getProperty(path: usize, length: i32): bool {
  clearResult();
  return isDelivered(proxy_get_property(path, length, RESULT, RESULT + 4));
}

/** Id of the counter or gauge of that name, which is made if there is none; -1 when it cannot be had. */
export function defineMetric(isGauge: bool, name: usize, length: i32): i64 {
  clearResult();
  const result = proxy_define_metric(isGauge ? 1 : 0, name, length, RESULT);
  return result == OK ? <i64>load<u32>(RESULT) : -1;
}

/** Adds one to a counter. */
export function incrementMetric(id: u32): void {
  proxy_increment_metric(id, 1);
}

/** Sets a gauge. */
export function recordMetric(id: u32, value: u32): void {
  proxy_record_metric(id, value);
}

/** Writes an error to the gateway's log. */
export function logError(text: usize, length: i32): void {
  proxy_log(ERROR, text, length);
}

function clearResult(): void {
  store<u64>(RESULT, 0);
}

function isDelivered(result: u32): bool {
  delivered = load<usize>(RESULT);
  deliveredLength = load<i32>(RESULT, 4);
  return result == OK && isInside(delivered, deliveredLength);
}

/** Ends the VM. Reached by nothing: the plugin never aborts; without it the compiler would import a function from the host. */
// @ts-ignore: decorator
@global
function halt(message: usize, file: usize, line: u32, column: u32): void {
  unreachable();
}
