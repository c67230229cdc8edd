import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { namesOf, pairsOf, type Request } from './request.ts';

const PAGE = 65536;

/** Which function of the host is behind each of the shim's imports, by its place in the table. */
const PLACES = [
  'log',
  'getBuffer',
  'getHeader',
  'getPairs',
  'replaceHeader',
  'addHeader',
  'removeHeader',
  'getProperty',
  'defineMetric',
  'incrementMetric',
  'recordMetric',
];

/** The three modules that make a plugin at work. */
export interface Modules {
  readonly plugin: WebAssembly.Module;
  readonly host: WebAssembly.Module;
  readonly shim: WebAssembly.Module;
}

/** A plugin and its host, both in wasm: only the order to send so many requests comes from JavaScript. */
export class BenchVm {
  readonly #memory: WebAssembly.Memory;
  readonly #host: Readonly<Record<string, unknown>>;

  /** The number of requests must be a power of two. */
  constructor({ plugin, host, shim }: Modules, config: PluginConfig, requests: readonly Request[]) {
    const table = new WebAssembly.Table({ element: 'anyfunc', initial: PLACES.length + 1 });
    const { exports: env } = new WebAssembly.Instance(shim, { env: { table } });
    const { exports: exported } = new WebAssembly.Instance(plugin, { env: functionsOf(env) });
    const { memory } = exported;
    if (!(memory instanceof WebAssembly.Memory)) throw new Error('the plugin exports no memory');
    this.#memory = memory;
    this.#host = new WebAssembly.Instance(host, { env: { memory }, plugin: functionsOf(exported) }).exports;
    for (const [place, name] of PLACES.entries()) table.set(place, this.#host[name]);
    call(exported, '_initialize');
    // The plugin's allocator takes all memory that is there when it is first asked for much; what is added later is not its own.
    call(exported, 'proxy_on_memory_allocate', 4 * PAGE);
    this.#putRequests(requests);
    this.#configure(config);
  }

  /** Lets that many requests pass. */
  run(count: number): void {
    call(this.#host, 'run', count);
  }

  /** How many headers have been set since the last time. */
  takeChanges(): number {
    return call(this.#host, 'takeChanges');
  }

  #configure(config: PluginConfig): void {
    const text = Buffer.from(JSON.stringify(config));
    if (call(this.#host, 'start', this.#put(text), text.length) !== 1) throw new Error('the plugin refuses to start');
  }

  #putRequests(requests: readonly Request[]): void {
    const blocks = requests.map(pairsOf);
    const entries = Buffer.alloc(16 * blocks.length);
    let at = this.#add(blocks.reduce((sum, block) => sum + aligned(block.length), 0));
    for (const [index, block] of blocks.entries()) {
      Buffer.from(this.#memory.buffer).set(block, at);
      entries.writeUInt32LE(at, 16 * index);
      entries.writeUInt32LE(block.length, 16 * index + 4);
      entries.writeBigUInt64LE(namesOf(requests[index] ?? []), 16 * index + 8);
      at += aligned(block.length);
    }
    call(this.#host, 'setRequests', this.#put(entries), requests.length);
  }

  #put(bytes: Uint8Array): number {
    const at = this.#add(bytes.length);
    Buffer.from(this.#memory.buffer).set(bytes, at);
    return at;
  }

  /** More memory, which the plugin's allocator does not touch. */
  #add(size: number): number {
    return this.#memory.grow(Math.ceil((size + 8) / PAGE)) * PAGE;
  }
}

function functionsOf(exports: Readonly<Record<string, unknown>>): Record<string, WebAssembly.ImportValue> {
  const isFunction = (entry: [string, unknown]): entry is [string, () => unknown] => typeof entry[1] === 'function';
  return Object.fromEntries(Object.entries(exports).filter(isFunction));
}

function call(exports: Readonly<Record<string, unknown>>, name: string, ...values: readonly number[]): number {
  const exported = exports[name];
  if (typeof exported !== 'function') throw new Error(`the module does not export ${name}`);
  const result: unknown = exported(...values);
  return typeof result === 'number' ? result : 0;
}

/** Blocks are copied in whole words. */
function aligned(size: number): number {
  return (size + 15) & ~7;
}
