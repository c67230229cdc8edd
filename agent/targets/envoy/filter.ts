import type { PluginConfig } from '../../model/plugin-config.ts';
import { type JsonObject, TYPE } from './discovery.ts';

/** Name of the filter, of the plugin and of its root in every gateway that graylane feeds. */
export const FILTER = 'graylane';

/**
 * The plugin as Envoy loads it. Should it ever trap, the request fails and Envoy makes a new VM within a tenth of a second
 * (FAIL_RELOAD): letting requests pass without it would let clients choose their lane, and Envoy's other policies never recover.
 *
 * @param pluginPath absolute path of the plugin, as Envoy sees it
 */
export function filterOf(config: PluginConfig, pluginPath: string): JsonObject {
  return {
    '@type': TYPE.extension,
    name: FILTER,
    typed_config: {
      '@type': TYPE.wasm,
      config: {
        name: FILTER,
        root_id: FILTER,
        failure_policy: 'FAIL_RELOAD',
        reload_config: { backoff: { base_interval: '0.1s' } },
        vm_config: { runtime: 'envoy.wasm.runtime.v8', code: { local: { filename: pluginPath } } },
        configuration: { '@type': TYPE.text, value: JSON.stringify(config) },
      },
    },
  };
}
