import { type HostFunctionName, MAX_HEADER_MAP, REQUEST_HEADERS, RESULT } from './abi.ts';
import type { HeaderMap } from './header-map.ts';
import type { Host } from './host.ts';
import type { HostFunction } from './host-calls.ts';
import { serializedPairs } from './pairs.ts';

/** The functions by which a module reads and changes headers. */
export function headerFunctions(host: Host): Readonly<Partial<Record<HostFunctionName, HostFunction>>> {
  const mapOf = (type: number): HeaderMap | undefined => (type === REQUEST_HEADERS ? host.caller?.headers : undefined);
  const change =
    (changed: (map: HeaderMap, name: string, value: string) => void) =>
    (type: number, nameAt: number, nameSize: number, valueAt: number, valueSize: number): number => {
      if (type >>> 0 > MAX_HEADER_MAP) return RESULT.badArgument;
      const name = host.memory.text(nameAt, nameSize);
      const value = host.memory.text(valueAt, valueSize);
      if (name === undefined || value === undefined) return RESULT.invalidMemoryAccess;
      const map = mapOf(type);
      if (map === undefined) return RESULT.badArgument;
      changed(map, name, value);
      return RESULT.ok;
    };
  return {
    proxy_add_header_map_value: change((map, name, value) => map.add(name, value)),
    proxy_replace_header_map_value: change((map, name, value) => map.replace(name, value)),
    proxy_remove_header_map_value: (type: number, nameAt: number, nameSize: number) => {
      if (type >>> 0 > MAX_HEADER_MAP) return RESULT.badArgument;
      const name = host.memory.text(nameAt, nameSize);
      if (name === undefined) return RESULT.invalidMemoryAccess;
      const map = mapOf(type);
      if (map === undefined) return RESULT.badArgument;
      map.remove(name);
      return RESULT.ok;
    },
    proxy_get_header_map_value: (type: number, nameAt: number, nameSize: number, valueTo: number, sizeTo: number) => {
      if (type >>> 0 > MAX_HEADER_MAP) return RESULT.badArgument;
      const name = host.memory.text(nameAt, nameSize);
      if (name === undefined) return RESULT.invalidMemoryAccess;
      const map = mapOf(type);
      if (map === undefined) return RESULT.badArgument;
      const value = map.get(name);
      if (value === undefined) return RESULT.notFound;
      return host.memory.deliverText(value, valueTo, sizeTo) ? RESULT.ok : RESULT.invalidMemoryAccess;
    },
    proxy_get_header_map_pairs: (type: number, pairsTo: number, sizeTo: number) => {
      if (type >>> 0 > MAX_HEADER_MAP) return RESULT.badArgument;
      const pairs = serializedPairs(mapOf(type));
      return host.memory.deliver(pairs, pairsTo, sizeTo) ? RESULT.ok : RESULT.invalidMemoryAccess;
    },
  };
}
