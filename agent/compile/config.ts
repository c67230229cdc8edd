import type { PluginConfig, Rule } from '../model/plugin-config.ts';
import { contentHash } from './hash.ts';
import { ruleJson, ruleText } from './rule-text.ts';

/** The plugin's configuration for these rules; equal rules in equal order have equal revisions. */
export function configOf(rules: readonly Rule[]): PluginConfig {
  return { revision: contentHash(`[${rules.map(ruleText).join(',')}]`), rules };
}

/** The configuration as JSON.stringify writes it, without writing again the rules that were written before. */
export function configJson({ rules = [], ...others }: PluginConfig): string {
  return JSON.stringify({ ...others, rules: [] }).replace(/\]\}$/, () => `${rules.map(ruleJson).join(',')}]}`);
}
