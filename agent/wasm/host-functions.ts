import {
  HOST_FUNCTIONS,
  type HostFunctionName,
  LOG_LEVELS,
  MAX_BUFFER,
  PLUGIN_CONFIGURATION,
  RESULT,
  VM_CONFIGURATION,
} from './abi.ts';
import { headerFunctions } from './header-functions.ts';
import type { Host } from './host.ts';
import type { HostCalls, HostFunction } from './host-calls.ts';
import { metricFunctions } from './metric-functions.ts';

/**
 * The functions that a module imports. They never throw: whatever the module hands over, they answer with a result. What
 * graylane's plugin has no use for is there, and unimplemented.
 */
export function hostFunctions(host: Host, calls: HostCalls): Readonly<Record<string, HostFunction>> {
  const implemented = { ...headerFunctions(host), ...metricFunctions(host), ...otherFunctions(host) };
  const functions = new Map<string, HostFunction>(Object.entries(implemented));
  return Object.fromEntries(
    namesOf(HOST_FUNCTIONS).map((name) => [name, calls.watch(name, functions.get(name) ?? unimplemented)]),
  );
}

function unimplemented(): number {
  return RESULT.unimplemented;
}

function otherFunctions(host: Host): Readonly<Partial<Record<HostFunctionName, HostFunction>>> {
  return {
    proxy_log: (level: number, pointer: number, size: number) => {
      const name = LOG_LEVELS[level];
      if (name === undefined) return RESULT.badArgument;
      const message = host.memory.text(pointer, size);
      if (message === undefined) return RESULT.invalidMemoryAccess;
      host.log.push({ level: name, message });
      return RESULT.ok;
    },
    proxy_get_log_level: (levelTo: number) =>
      host.memory.setWord(levelTo, 0) ? RESULT.ok : RESULT.invalidMemoryAccess,
    proxy_get_property: (pathAt: number, pathSize: number, valueTo: number, sizeTo: number) => {
      const path = host.memory.text(pathAt, pathSize);
      if (path === undefined) return RESULT.invalidMemoryAccess;
      const value = propertyOf(host, path);
      if (value === undefined) return RESULT.notFound;
      return host.memory.deliverText(value, valueTo, sizeTo) ? RESULT.ok : RESULT.invalidMemoryAccess;
    },
    proxy_get_buffer_bytes: (type: number, start: number, length: number, valueTo: number, sizeTo: number) => {
      if (type >>> 0 > MAX_BUFFER) return RESULT.badArgument;
      const buffer = bufferOf(host, type);
      if (buffer === undefined) return RESULT.notFound;
      const from = start >>> 0;
      const to = Math.min(from + (length >>> 0), buffer.length);
      // As Envoy has it, nothing is written where nothing is asked for.
      if (to <= from) return from > buffer.length ? RESULT.badArgument : RESULT.ok;
      return host.memory.deliver(buffer.subarray(from, to), valueTo, sizeTo) ? RESULT.ok : RESULT.invalidMemoryAccess;
    },
  };
}

/** The parts of a path are separated by NUL. */
function propertyOf(host: Host, path: string): string | undefined {
  if (path.includes('.')) return undefined;
  return host.caller?.property(path.replace(/\0$/, '').replaceAll('\0', '.'));
}

const EMPTY = new Uint8Array();

function bufferOf(host: Host, type: number): Uint8Array | undefined {
  if (type === PLUGIN_CONFIGURATION) return host.caller?.configuration;
  return type === VM_CONFIGURATION ? EMPTY : undefined;
}

function namesOf<Name extends string>(record: Readonly<Record<Name, unknown>>): readonly Name[] {
  const names: Name[] = [];
  for (const name in record) names.push(name);
  return names;
}
