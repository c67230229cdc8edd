import { isFields, listAt } from '../model/json.ts';
import type { PluginConfig } from '../model/plugin-config.ts';
import { rulesJson } from './config.ts';

/**
 * A larger configuration, in bytes of JSON, is stored with its rules as one text. An API server reads what is applied as YAML, merges it
 * and notes owners field by field: for a text of 900 KB it needs a quarter of the time that it needs for thousands of objects.
 * Smaller ones stay as a person would write them.
 */
const MAX_PLAIN_BYTES = 64 * 1024;

/** The configuration as it is stored, as JSON; `json` is the whole of it as such, of that many bytes. */
export function packed(config: PluginConfig, json: string, bytes: number): string {
  if (bytes <= MAX_PLAIN_BYTES) return json;
  const { rules = [], ...others } = config;
  return JSON.stringify({ ...others, rules: rulesJson(rules) });
}

/** A configuration with its rules as such, in every list; where they are no text of JSON, as they are. */
export function unpacked(config: unknown): unknown {
  if (!isFields(config)) return config;
  const lists = listAt(config, '_rules_');
  const isAnyPacked = [config, ...lists].some((list) => isFields(list) && typeof list['rules'] === 'string');
  if (!isAnyPacked) return config;
  return { ...config, ...rulesOf(config['rules']), ...(lists.length > 0 && { _rules_: lists.map(unpacked) }) };
}

function rulesOf(rules: unknown): { readonly rules?: unknown } {
  if (typeof rules !== 'string') return {};
  try {
    return { rules: JSON.parse(rules) };
  } catch {
    return {};
  }
}
