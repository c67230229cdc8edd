import type { Caller, Host, LogLine } from './host.ts';
import { HostCalls } from './host-calls.ts';
import { hostFunctions } from './host-functions.ts';
import { Memory } from './memory.ts';
import { Metrics } from './metrics.ts';
import { type PluginIdentity, RootContext } from './root-context.ts';

/** A VM that trapped. It answers nothing any more; a gateway starts another one. */
export class VmFailed extends Error {
  override readonly name = 'VmFailed';
}

/** A module at work, with memory and metrics of its own. */
export class Vm implements Host {
  readonly metrics = new Metrics();
  readonly log: LogLine[] = [];
  /** What the module asks its host, to be counted and to be answered with faults. */
  readonly calls = new HostCalls();
  readonly memory: Memory;
  readonly #exports: Readonly<Record<string, unknown>>;
  #caller: Caller | undefined;
  #failure: VmFailed | undefined;
  #lastId = 0;

  /** Starts the module. Throws VmFailed when that traps. */
  constructor(module: WebAssembly.Module) {
    try {
      this.#exports = new WebAssembly.Instance(module, { env: hostFunctions(this, this.calls) }).exports;
    } catch (error) {
      throw failureOf('The start of the module', error);
    }
    this.memory = new Memory(this.#memoryOf(), (size) => this.allocate(size));
    this.call(undefined, Object.hasOwn(this.#exports, '_initialize') ? '_initialize' : '_start');
  }

  get caller(): Caller | undefined {
    return this.#caller;
  }

  /** What made the VM fail; undefined while it has not. */
  get failure(): string | undefined {
    return this.#failure?.message;
  }

  /** Bytes of memory that the module has. */
  get memoryBytes(): number {
    return this.memory.size;
  }

  /** A new plugin in this VM. It serves from the moment it is configured. Throws VmFailed. */
  root(identity: Partial<PluginIdentity> = {}): RootContext {
    return new RootContext(this, { name: '', rootId: '', ...identity });
  }

  /** The number of the next context; none is ever used again. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /**
   * Calls an exported function on behalf of a context.
   *
   * @returns what it returns; undefined when the module does not export it
   * @throws VmFailed when it traps, or the VM has failed before
   */
  call(caller: Caller | undefined, name: string, ...values: readonly number[]): number | undefined {
    const exported = this.#exports[name];
    if (this.#failure !== undefined) throw this.#failure;
    if (typeof exported !== 'function') return undefined;
    this.#caller = caller;
    let result: unknown;
    try {
      result = exported(...values);
    } catch (error) {
      this.#failure ??= failureOf(name, error);
    } finally {
      this.#caller = undefined;
    }
    if (this.#failure !== undefined) throw this.#failure;
    return typeof result === 'number' ? result : 0;
  }

  /** Asks the module for memory as the host does to hand over a value. Returns 0 when it gives none; never throws. */
  allocate(size: number): number {
    const exported = this.#exports['malloc'] ?? this.#exports['proxy_on_memory_allocate'];
    if (this.#failure !== undefined || typeof exported !== 'function') return 0;
    try {
      const pointer: unknown = exported(size);
      return typeof pointer === 'number' ? pointer >>> 0 : 0;
    } catch (error) {
      // In Envoy too the host function goes on, and the VM has failed.
      this.#failure = failureOf('The allocator', error);
      return 0;
    }
  }

  #memoryOf(): WebAssembly.Memory {
    const { memory } = this.#exports;
    if (memory instanceof WebAssembly.Memory) return memory;
    throw new VmFailed('The module exports no memory');
  }
}

function failureOf(what: string, error: unknown): VmFailed {
  return new VmFailed(`${what} trapped: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
