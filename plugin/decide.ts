import { holds } from './conditions/condition';
import { Condition, Rule, RuleList } from './program';
import { isInScope } from './scope';
import { loadSource } from './sources/source';
import { findText } from './text-table';

/** Every condition and the scope hold. */
export const ALL_HOLDS: i32 = -1;
/** The conditions hold, the scope does not. */
export const OUT_OF_SCOPE: i32 = -2;

/** The first rule in order whose conditions and scope hold for the current request; null: it is baseline. */
export function decide(list: RuleList): Rule | null {
  let best: Rule | null = null;
  let keyed = list.keyed;
  while (keyed !== null) {
    loadSource(keyed.source);
    if (keyed.source.length >= 0) {
      const found = findText(keyed.table, keyed.source.value, keyed.source.length);
      best = firstOfKey(changetype<Rule | null>(found), best);
    }
    keyed = keyed.next;
  }
  let rule = list.walked;
  while (rule !== null && isBefore(rule, best)) {
    if (outcomeOf(rule, null) == ALL_HOLDS) return rule;
    rule = rule.nextWalked;
  }
  return best;
}

/**
 * What becomes of a rule for the current request: ALL_HOLDS, OUT_OF_SCOPE, or the place of the first condition that fails. A
 * condition that is known to hold, because the rule was found by it, is not tried again.
 */
export function outcomeOf(rule: Rule, proven: Condition | null): i32 {
  let place = 0;
  let condition: Condition | null = rule.conditions;
  while (condition !== null) {
    if (condition !== proven && !holds(condition)) return place;
    place += 1;
    condition = condition.next;
  }
  return isInScope(rule.scope) ? ALL_HOLDS : OUT_OF_SCOPE;
}

function firstOfKey(first: Rule | null, best: Rule | null): Rule | null {
  let rule = first;
  while (rule !== null && isBefore(rule, best)) {
    if (outcomeOf(rule, rule.key) == ALL_HOLDS) return rule;
    rule = rule.nextSameKey;
  }
  return best;
}

function isBefore(rule: Rule, best: Rule | null): bool {
  return best === null || rule.index < best.index;
}
