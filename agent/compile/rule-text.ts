import { canonical } from '../model/json.ts';
import type { Rule } from '../model/plugin-config.ts';

/** Rules never change once they are made, and most live through thousands of compiles. */
const whole = new WeakMap<Rule, string>();
const grounds = new WeakMap<Rule, string>();

/** One text for equal rules. */
export function ruleText(rule: Rule): string {
  return remembered(whole, rule, () => canonical(rule));
}

/** One text for rules that are for the same requests. */
export function groundText(rule: Rule): string {
  return remembered(grounds, rule, () => canonical([rule.conditions, rule.scope]));
}

function remembered(texts: WeakMap<Rule, string>, rule: Rule, work: () => string): string {
  const known = texts.get(rule);
  if (known !== undefined) return known;
  const text = work();
  texts.set(rule, text);
  return text;
}
