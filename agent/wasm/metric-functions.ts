import { type HostFunctionName, RESULT } from './abi.ts';
import type { Host } from './host.ts';
import type { HostFunction } from './host-calls.ts';

/** The functions by which a module keeps its metrics. */
export function metricFunctions(host: Host): Readonly<Partial<Record<HostFunctionName, HostFunction>>> {
  return {
    proxy_define_metric: (type: number, nameAt: number, nameSize: number, idTo: number) => {
      const name = host.memory.text(nameAt, nameSize);
      if (name === undefined) return RESULT.invalidMemoryAccess;
      const id = host.metrics.define(type, name);
      if (id === undefined) return RESULT.badArgument;
      return host.memory.setWord(idTo, id) ? RESULT.ok : RESULT.invalidMemoryAccess;
    },
    proxy_increment_metric: (id: number, offset: bigint) =>
      host.metrics.increment(id, offset) ? RESULT.ok : RESULT.badArgument,
    proxy_record_metric: (id: number, value: bigint) =>
      host.metrics.record(id, value) ? RESULT.ok : RESULT.badArgument,
    proxy_get_metric: (id: number, valueTo: number) => {
      const value = host.metrics.get(id);
      if (value === undefined) return RESULT.badArgument;
      return host.memory.setLong(valueTo, value) ? RESULT.ok : RESULT.invalidMemoryAccess;
    },
  };
}
