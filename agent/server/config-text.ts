import type { PluginConfig } from '../model/plugin-config.ts';

const texts = new WeakMap<PluginConfig, string>();

/** A configuration as JSON, as the gateways get it; made once for each. */
export function configText(config: PluginConfig): string {
  const known = texts.get(config);
  if (known !== undefined) return known;
  const text = JSON.stringify(config);
  texts.set(config, text);
  return text;
}
