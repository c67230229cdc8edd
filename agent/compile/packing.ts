import { isFields, listAt } from '../model/json.ts';
import type { PluginConfig, Rule } from '../model/plugin-config.ts';
import { separated } from './config.ts';
import { quotedRuleBytes } from './rule-text.ts';

/**
 * A larger configuration, in bytes of JSON, is stored with its rules as one text. An API server reads what is applied as YAML, merges it
 * and notes owners field by field: for a text of 900 KB it needs a quarter of the time that it needs for thousands of objects.
 * Smaller ones stay as a person would write them.
 */
const MAX_PLAIN_BYTES = 64 * 1024;

/** A configuration whose rules were stored as one text. */
interface Stored {
  readonly rules: readonly Rule[];
  /** The field that they are in, as JSON in UTF-8: an API server answers with the same bytes. */
  readonly field: Buffer;
}

/** Stands in an answer where the rules were, while it is parsed. */
const MARK = 'graylane: rules as stored';
const MARKED = Buffer.from(`"rules":${JSON.stringify(MARK)}`);

/** What was stored: an answer may still show the one before. */
const REMEMBERED = 2;

/**
 * Stores configurations, and knows the last ones again by their bytes. Decoding a megabyte, for each write and each answer, would
 * be most of what the garbage collection of an agent with thousands of lanes has to do.
 */
export class Packing {
  #stored: readonly Stored[] = [];

  /** The configuration as it is stored, as JSON in UTF-8; `json` is the whole of it as such. */
  packed({ rules = [], ...others }: PluginConfig, json: Buffer): Buffer {
    if (json.length <= MAX_PLAIN_BYTES) return json;
    const head = JSON.stringify({ ...others, rules: '' }).slice(0, -EMPTY_END.length);
    return Buffer.concat([Buffer.from(head), this.#fieldOf(rules), Buffer.from('}')]);
  }

  /** The JSON of an answer; where it has what was stored, it has those very rules, in a list. @throws SyntaxError when it is none */
  parse(answer: Buffer): unknown {
    for (const { rules, field } of this.#stored) {
      const at = answer.indexOf(field);
      if (at < 0 || answer.includes(MARK)) continue;
      const rest = Buffer.concat([answer.subarray(0, at), MARKED, answer.subarray(at + field.length)]);
      return JSON.parse(rest.toString(), (_, value) => (value === MARK ? rules : value));
    }
    return JSON.parse(answer.toString());
  }

  #fieldOf(rules: readonly Rule[]): Buffer {
    const known = this.#stored.find((one) => one.rules === rules);
    if (known !== undefined) return known.field;
    const field = Buffer.concat([FIELD_START, ...separated(rules.map(quotedRuleBytes)), FIELD_END]);
    this.#stored = [{ rules, field }, ...this.#stored].slice(0, REMEMBERED);
    return field;
  }
}

const EMPTY_END = '"rules":""}';
const FIELD_START = Buffer.from('"rules":"[');
const FIELD_END = Buffer.from(']"');

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
