import { readFileSync } from 'node:fs';
import { FILTER } from '../../agent/targets/envoy/filter.ts';
import { PluginModule } from '../../agent/wasm/module.ts';
import type { RootContext } from '../../agent/wasm/root-context.ts';
import { bytesOf, textOf } from '../../agent/wasm/text.ts';
import type { Header } from './proxy.ts';

/** The plugin with a configuration, as a gateway runs it. */
export class Filter {
  readonly #module: PluginModule;
  #configuration = '';
  #root: RootContext;

  /** Starts the plugin without a configuration. Throws when it cannot be read or started. */
  constructor(pluginPath: string) {
    this.#module = PluginModule.load(readFileSync(pluginPath));
    this.#root = this.#start();
  }

  /** Puts a configuration in force, without a moment in which none is. */
  configure(configuration: string): void {
    this.#configuration = configuration;
    this.#root = this.#root.update(configuration);
  }

  /**
   * What the request's headers become; `source` is the client's `address:port`. Throws when the plugin traps; it is started
   * anew for the next request, as an Envoy does that the agent has set up.
   */
  apply(headers: readonly Header[], source: string): readonly Header[] {
    const given = headers.map(([name, value]): Header => [name, textOf(Buffer.from(value, 'latin1'))]);
    try {
      const decided = this.#root.request({ headers: given, properties: { 'source.address': source } });
      return decided.headers.map(([name, value]) => [name, Buffer.from(bytesOf(value)).toString('latin1')]);
    } catch (error) {
      this.#root = this.#start();
      throw error;
    }
  }

  #start(): RootContext {
    const root = this.#module.start().root({ name: FILTER, rootId: FILTER });
    root.configure(this.#configuration);
    return root;
  }
}
