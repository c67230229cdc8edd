import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { type JsonObject, TYPE } from '../../agent/targets/envoy/discovery.ts';
import { filterOf } from '../../agent/targets/envoy/filter.ts';
import { idOf, TAG } from '../rules.ts';

/** The plugin in a VM of its own, as the agent sets it up. */
export function wasmFilter(vm: string, pluginPath: string, config: PluginConfig): JsonObject {
  const text = JSON.stringify(filterOf(config, pluginPath));
  const { name, typed_config }: { name: string; typed_config: JsonObject } = JSON.parse(
    text.replace('"vm_config":{', `"vm_config":{"vm_id":"${vm}",`),
  );
  return { name, typed_config };
}

/** The plugin as a file says it, again whenever another one is moved into its place. */
export function followedFilter(name: string, path: string): JsonObject {
  const source = { resource_api_version: 'V3', path_config_source: { path } };
  return { name, config_discovery: { config_source: source, type_urls: [TYPE.wasm] } };
}

/** What an operator would write by hand for one user: the tag for that user, and no tag for all others, in both spellings. */
export function luaFilter(): JsonObject {
  const spelling = TAG.name.replaceAll('-', '_');
  const code = `
function envoy_on_request(handle)
  local headers = handle:headers()
  if headers:get("x-user-id") == "${idOf(7)}" then
    headers:replace("${TAG.name}", "${TAG.value}")
  elseif headers:get("${TAG.name}") then
    headers:remove("${TAG.name}")
  end
  if headers:get("${spelling}") then headers:remove("${spelling}") end
end`;
  return {
    name: 'lua',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua',
      default_source_code: { inline_string: code },
    },
  };
}
