import { canonical } from '../model/json.ts';
import type { PluginConfig, Rule } from '../model/plugin-config.ts';
import { contentHash } from './hash.ts';

/** The plugin's configuration for these rules; equal rules in equal order have equal revisions. */
export function configOf(rules: readonly Rule[]): PluginConfig {
  return { revision: contentHash(canonical(rules)), rules };
}
