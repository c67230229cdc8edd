import type { PluginConfig, Rule } from '../model/plugin-config.ts';
import { contentHash } from './hash.ts';
import { ruleBytes, ruleText } from './rule-text.ts';

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

const known = new WeakMap<PluginConfig, Buffer>();

/** The configuration as JSON.stringify writes it, in UTF-8. Not to be changed: what was written before is not written again. */
export function configJson(config: PluginConfig): Buffer {
  const json = known.get(config) ?? written(config);
  known.set(config, json);
  return json;
}

function written({ rules = [], ...others }: PluginConfig): Buffer {
  const head = JSON.stringify({ ...others, rules: [] }).slice(0, -']}'.length);
  return Buffer.concat([Buffer.from(head), ...separated(rules.map(ruleBytes)), Buffer.from(']}')]);
}

const COMMA = Buffer.from(',');

/** With a comma between any two. */
export function separated(parts: readonly Buffer[]): readonly Buffer[] {
  const all: Buffer[] = [];
  for (const part of parts) {
    if (all.length > 0) all.push(COMMA);
    all.push(part);
  }
  return all;
}
