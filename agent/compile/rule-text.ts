import { canonical } from '../model/json.ts';
import type { Rule } from '../model/plugin-config.ts';

/** One text for equal rules. */
export const ruleText = onceEach((rule) => canonical(rule));

/** One text for rules that are for the same requests. */
export const groundText = onceEach(({ conditions, scope }) => canonical([conditions, scope]));

/** The rule as JSON. */
export const ruleJson = onceEach((rule) => JSON.stringify(rule));

/** Rules never change once they are made, and most live through thousands of compiles. */
function onceEach(textOf: (rule: Rule) => string): (rule: Rule) => string {
  const texts = new WeakMap<Rule, string>();
  return (rule) => {
    const known = texts.get(rule);
    if (known !== undefined) return known;
    const text = textOf(rule);
    texts.set(rule, text);
    return text;
  };
}
