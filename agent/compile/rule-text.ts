import { canonical } from '../model/json.ts';
import type { Rule } from '../model/plugin-config.ts';

/** One text for equal rules. */
export const ruleText = onceEach((rule) => canonical(rule));

/** One text for rules that are for the same requests. */
export const groundText = onceEach(({ conditions, scope }) => canonical([conditions, scope]));

/** The rule as JSON in UTF-8. */
export const ruleBytes = onceEach((rule) => Buffer.from(JSON.stringify(rule)));

/** The JSON of the rule as it stands within a text of JSON, with the escapes of Go's encoding/json, in UTF-8. */
export const quotedRuleBytes = onceEach((rule) => Buffer.from(asGoWrites(JSON.stringify(rule)).slice(1, -1)));

/** The text in JSON as Go's encoding/json writes it, which escapes more characters than others do. */
function asGoWrites(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Rules never change once they are made, and most live through thousands of compiles. */
function onceEach<T extends string | Buffer>(textOf: (rule: Rule) => T): (rule: Rule) => T {
  const texts = new WeakMap<Rule, T>();
  return (rule) => {
    const known = texts.get(rule);
    if (known !== undefined) return known;
    const text = textOf(rule);
    texts.set(rule, text);
    return text;
  };
}
