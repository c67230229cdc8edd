import { ABI_VERSIONS, HOST_FUNCTIONS } from './abi.ts';
import { importTypes } from './import-types.ts';
import { Vm } from './vm.ts';

/** A module that no gateway would load. */
export class ModuleRefused extends Error {
  override readonly name = 'ModuleRefused';
}

/**
 * A proxy-wasm module, checked as Envoy does when it loads one.
 *
 * ```
 * const vm = PluginModule.load(await readFile('build/plugin.wasm')).start();
 * const root = vm.root();                  // a plugin in the gateway; any number of them in one VM
 * root.configure('{"rules": []}');         // true: accepted
 * const { headers } = root.request({ headers: [[':path', '/a'], ['x-user-id', '100']], properties: { 'source.address': '10.0.0.1:5' } });
 * vm.metrics.value('graylane.lane.default/a.requests'); vm.log; vm.calls.counts(); vm.memoryBytes;
 * ```
 */
export class PluginModule {
  readonly bytes: Uint8Array;
  readonly #module: WebAssembly.Module;

  private constructor(bytes: Uint8Array, module: WebAssembly.Module) {
    this.bytes = bytes;
    this.#module = module;
  }

  /** Throws ModuleRefused, whose message says why. */
  static load(bytes: Uint8Array): PluginModule {
    let module: WebAssembly.Module;
    try {
      module = new WebAssembly.Module(bytes);
    } catch (error) {
      throw new ModuleRefused(error instanceof Error ? error.message : String(error), { cause: error });
    }
    const exported = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
    if (!ABI_VERSIONS.some((version) => exported.has(version))) {
      throw new ModuleRefused('Missing or unknown Proxy-Wasm ABI version');
    }
    checkImports(WebAssembly.Module.imports(module), bytes);
    if (!exported.has('malloc') && !exported.has('proxy_on_memory_allocate')) {
      throw new ModuleRefused('Wasm module is missing malloc function.');
    }
    if (!exported.has('memory')) throw new ModuleRefused('The module exports no memory');
    return new PluginModule(bytes, module);
  }

  /** A new VM with this module in it. Throws VmFailed when it does not come up. */
  start(): Vm {
    return new Vm(this.#module);
  }
}

function checkImports(imports: readonly WebAssembly.ModuleImport[], bytes: Uint8Array): void {
  const known = new Map<string, string>(Object.entries(HOST_FUNCTIONS));
  const unknown = imports.find(({ module, name, kind }) => module !== 'env' || kind !== 'function' || !known.has(name));
  if (unknown !== undefined) {
    const { module, name, kind } = unknown;
    throw new ModuleRefused(`The module imports the ${kind} ${module}.${name}, which this host does not have`);
  }
  const types = importTypes(bytes);
  const wrong = imports.find(({ name }, index) => types[index] !== `${known.get(name)}>i`);
  if (wrong !== undefined) throw new ModuleRefused(`The module imports env.${wrong.name} with another signature`);
}
