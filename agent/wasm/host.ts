import type { LOG_LEVELS } from './abi.ts';
import type { HeaderMap } from './header-map.ts';
import type { Memory } from './memory.ts';
import type { Metrics } from './metrics.ts';

/** The context on whose behalf the module runs at this moment. */
export interface Caller {
  /** Undefined when it has no request in hand. */
  readonly headers: HeaderMap | undefined;
  /** Undefined when it is not being configured. */
  readonly configuration: Uint8Array | undefined;
  /** What the gateway knows, by its path with dots, `source.address` for example. */
  property(path: string): string | undefined;
}

/** A line that a module wrote. */
export interface LogLine {
  readonly level: (typeof LOG_LEVELS)[number];
  readonly message: string;
}

/** What the host functions work on. */
export interface Host {
  readonly memory: Memory;
  readonly metrics: Metrics;
  /** The oldest line first. */
  readonly log: LogLine[];
  /** Undefined while the module starts. */
  readonly caller: Caller | undefined;
}
