import type { PluginConfig, Rule } from '../model/plugin-config.ts';
import { contentHash } from './hash.ts';
import { ruleJson, ruleText } from './rule-text.ts';

/** The plugin's configuration for these rules; equal rules in equal order have equal revisions. */
export function configOf(rules: readonly Rule[]): PluginConfig {
  return { revision: contentHash(texts(rules)), rules };
}

/** A list of the rules, in pieces: of the whole text, which may have a megabyte, there is only ever need for its hash. */
function* texts(rules: readonly Rule[]): Generator<string> {
  yield '[';
  for (let at = 0; at < rules.length; at += PIECE) {
    if (at > 0) yield ',';
    yield rules
      .slice(at, at + PIECE)
      .map(ruleText)
      .join(',');
  }
  yield ']';
}

/** Rules to a piece. */
const PIECE = 64;

const jsons = new WeakMap<PluginConfig, string>();

/** The configuration as JSON.stringify writes it, without writing again what was written before. */
export function configJson(config: PluginConfig): string {
  const known = jsons.get(config);
  if (known !== undefined) return known;
  const json = written(config);
  jsons.set(config, json);
  return json;
}

function written({ rules = [], ...others }: PluginConfig): string {
  return JSON.stringify({ ...others, rules: [] }).replace(/\[\]\}$/, () => `${rulesJson(rules)}}`);
}

/** A list of rules as JSON. */
export function rulesJson(rules: readonly Rule[]): string {
  return `[${rules.map(ruleJson).join(',')}]`;
}
