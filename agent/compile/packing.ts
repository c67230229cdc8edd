import { canonical, type Fields, isFields, listAt } from '../model/json.ts';
import type { PluginConfig } from '../model/plugin-config.ts';
import { rulesJson } from './config.ts';

/**
 * A larger configuration, in bytes of JSON, is stored with its rules as one text. An API server reads what is applied as YAML, merges it
 * and notes owners field by field: for a text of 900 KB it needs a quarter of the time that it needs for thousands of objects.
 * Smaller ones stay as a person would write them.
 */
const MAX_PLAIN_BYTES = 64 * 1024;

function withText({ rules = [], ...others }: PluginConfig): Packed {
  return { ...others, rules: rulesJson(rules) };
}

type Packed = Omit<PluginConfig, 'rules'> & { readonly rules: string };

/** What was stored: a watch may tell of one only when the next is under way. */
const REMEMBERED = 2;

/** Stores configurations, and knows the last ones again: to read and compare a thousand rules takes longer than to write them. */
export class Packing {
  #stored: readonly { readonly config: PluginConfig; readonly packed: Packed }[] = [];

  /** The configuration as it is stored, as JSON; `json` is the whole of it as such, of that many bytes. */
  packed(config: PluginConfig, json: string, bytes: number): string {
    if (bytes <= MAX_PLAIN_BYTES) return json;
    const known = this.#stored.find((one) => one.config === config)?.packed;
    const text = known ?? withText(config);
    if (known === undefined) this.#stored = [{ config, packed: text }, ...this.#stored].slice(0, REMEMBERED);
    return JSON.stringify(text);
  }

  /** As the function of that name; the very configuration that was stored, when it is one of the last. */
  unpacked(config: unknown): unknown {
    const known = isFields(config) ? this.#stored.find(({ packed }) => isSame(config, packed)) : undefined;
    return known?.config ?? unpacked(config);
  }
}

function isSame({ rules, ...others }: Fields, stored: Packed): boolean {
  if (rules !== stored.rules) return false;
  const { rules: _, ...known } = stored;
  return canonical(others) === canonical(known);
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
