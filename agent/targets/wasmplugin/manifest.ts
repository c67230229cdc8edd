import type { PluginConfig } from '../../model/plugin-config.ts';

/** A WasmPlugin of Higress, as far as graylane fills it in. */
export interface WasmPlugin {
  readonly apiVersion: 'extensions.higress.io/v1alpha1';
  readonly kind: 'WasmPlugin';
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    /** Where the gateway gets the plugin: `oci://`, `http://`, `https://` or `file://`. */
    readonly url: string;
    /** Among the plugins of the default phase; higher runs first. */
    readonly priority: number;
    readonly defaultConfig: PluginConfig;
  };
}

/** Where the gateway finds the plugin when nothing else is said: mounted into its container. */
export const DEFAULT_URL = 'file:///opt/plugins/graylane/plugin.wasm';

/** The WasmPlugin that brings this configuration to the gateways. Higress looks at its system namespace only. */
export function wasmPluginOf(config: PluginConfig, url: string): WasmPlugin {
  return {
    apiVersion: 'extensions.higress.io/v1alpha1',
    kind: 'WasmPlugin',
    metadata: { name: 'graylane', namespace: 'higress-system' },
    spec: { url, priority: 400, defaultConfig: config },
  };
}
