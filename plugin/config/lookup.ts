import { takePiece } from '../arena';
import { Condition, KeyedRules, Operator, Rule, RuleList, Source, SourceKind } from '../program';
import { findText, openTable, putText, TextTable } from '../text-table';
import { hasFailed } from './failure';
import { arena } from './reading';

/** For fewer rules on one source, trying each costs less than a table. */
const MIN_RULES: i32 = 4;
/** The values of so many sources are looked up at most; rules on others are tried one by one. */
const MAX_SOURCES: i32 = 16;

let sources: i32 = 0;

/**
 * Prepares a list so that ten thousand rules that compare one header with one value each cost what one costs: such rules are found
 * through a table, all others are tried in order. Which rule decides does not depend on it.
 */
export function buildIndex(list: RuleList): void {
  sources = 0;
  chooseKeys(list);
  let lastWalked: Rule | null = null;
  let rule = list.rules;
  while (rule !== null) {
    if (!enterTable(list, rule)) {
      if (lastWalked === null) list.walked = rule;
      else lastWalked.nextWalked = rule;
      lastWalked = rule;
    }
    rule = rule.next;
  }
}

function chooseKeys(list: RuleList): void {
  let rule = list.rules;
  while (rule !== null) {
    const key = keyOf(rule);
    rule.key = key;
    if (key !== null) key.source.candidates += 1;
    rule = rule.next;
  }
}

/** The first condition that only one value satisfies. */
function keyOf(rule: Rule): Condition | null {
  let condition: Condition | null = rule.conditions;
  while (condition !== null) {
    const kind = condition.source.kind;
    const isNamed = kind == SourceKind.Header || kind == SourceKind.Query || kind == SourceKind.Cookie;
    // Method and the like are sources of all programs, which no program may write to.
    const isOwn = isNamed && condition.source.nameLength > 0 && load<u8>(condition.source.name) != 0x3a;
    if (isOwn && condition.operator == Operator.Exact && !condition.isNegated) return condition;
    condition = condition.next;
  }
  return null;
}

/** True when the rule is found through the table of its key's source. */
function enterTable(list: RuleList, rule: Rule): bool {
  const key = rule.key;
  if (key === null || key.source.candidates < MIN_RULES) return false;
  const keyed = tableOf(list, key.source);
  if (keyed === null) return false;
  const found = changetype<Rule | null>(findText(keyed.table, key.operand, key.length));
  if (found === null) {
    putText(keyed.table, key.operand, key.length, changetype<usize>(rule));
    rule.lastSameKey = rule;
    return true;
  }
  const last = found.lastSameKey;
  if (last !== null) last.nextSameKey = rule;
  found.lastSameKey = rule;
  return true;
}

/** The table of a source; null when there are too many, whose rules are tried, or no memory. */
function tableOf(list: RuleList, source: Source): KeyedRules | null {
  const known = source.keyed;
  if (known !== null) return known;
  if (sources == MAX_SOURCES) return null;
  const keyed = changetype<KeyedRules>(takePiece(arena, offsetof<KeyedRules>()));
  keyed.source = source;
  keyed.table = changetype<TextTable>(takePiece(arena, offsetof<TextTable>()));
  if (hasFailed || !openTable(keyed.table, arena, source.candidates)) return null;
  keyed.next = list.keyed;
  list.keyed = keyed;
  source.keyed = keyed;
  sources += 1;
  return keyed;
}
