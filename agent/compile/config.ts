import type { PluginConfig, Rule } from '../model/plugin-config.ts';
import { contentHash } from './hash.ts';
import { ruleText } from './rule-text.ts';

/** The plugin's configuration for these rules; equal rules in equal order have equal revisions. */
export function configOf(rules: readonly Rule[]): PluginConfig {
  return { revision: contentHash(`[${rules.map(ruleText).join(',')}]`), rules };
}
