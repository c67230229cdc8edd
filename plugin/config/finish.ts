import { Ascii, lengthOf } from '../ascii';
import { takeTable } from '../arena';
import { sameBytes, sameFolded, sameText } from '../bytes';
import { atIndex, atKey, enterLevel } from '../json/pointer';
import { Change, ChangeKind, ClientTag, Condition, Operator, Rule, RuleList, ScopeEntry, Source, SourceKind } from '../program';
import { findText } from '../text-table';
import { Code, enterRule, failMember, hasFailed } from './failure';
import { buildIndex } from './lookup';
import { arena, current } from './reading';

/** What can only be done when all of a list has been read, since its keys come in any order. */
export function finishList(): void {
  const list = current.list;
  if (hasFailed) return;
  resolveSets(list);
  if (hasFailed) return;
  foldTag(list);
  let rule = list.rules;
  while (rule !== null) {
    finishRule(list, rule);
    if (asksForBoth(rule.scope)) list.scopeReadsAll = true;
    rule = rule.next;
  }
  list.readsAll = list.clientTag == ClientTag.StripAll || needsAll();
  buildIndex(list);
}

function resolveSets(list: RuleList): void {
  let rule = list.rules;
  while (rule !== null && !hasFailed) {
    let place = 0;
    let condition: Condition | null = rule.conditions;
    while (condition !== null) {
      if (condition.operator == Operator.In && !resolveSet(condition)) return refuseSet(rule, place);
      place += 1;
      condition = condition.next;
    }
    rule = rule.next;
  }
}

/** The condition has the name of its set until now. */
function resolveSet(condition: Condition): bool {
  const set = findText(current.sets, condition.operand, condition.length);
  condition.operand = set;
  return set != 0;
}

function refuseSet(rule: Rule, place: i32): void {
  // The reader has left the list; the error is about a place inside it.
  step('rules', rule.index);
  step('conditions', place);
  // It was read to its end.
  enterRule(rule.start, usize.MAX_VALUE);
  failMember(Code.UnknownSet, 'set', 'there is no set of this name in sets');
}

function step(key: Ascii, index: i32): void {
  enterLevel();
  atKey(key, lengthOf(key));
  enterLevel();
  atIndex(index);
}

/** The tag header with an underscore for every dash, as some backends read it. */
function foldTag(list: RuleList): void {
  const folded = takeTable(arena, list.tagLength);
  list.foldedTag = folded;
  if (folded == 0) return;
  for (let i = 0; i < list.tagLength; i += 1) {
    const byte = load<u8>(list.tag + i);
    store<u8>(folded + i, byte == 0x2d ? 0x5f : byte);
  }
  if (sameBytes(folded, list.tag, list.tagLength)) list.foldedTag = list.tag;
}

function finishRule(list: RuleList, rule: Rule): void {
  let change: Change | null = rule.changes;
  while (change !== null) {
    if (sameText(change.name, change.nameLength, list.tag, list.tagLength) && change.kind != ChangeKind.Remove) {
      // The tag header is replaced, never appended.
      change.kind = ChangeKind.Set;
      rule.setsTag = true;
    }
    change = change.next;
  }
  if (list.clientTag == ClientTag.Keep) return;
  let condition: Condition | null = rule.conditions;
  while (condition !== null) {
    hideTag(list, condition.source);
    condition = condition.next;
  }
}

/** True when some entry of a scope has both hosts and paths. */
function asksForBoth(scope: ScopeEntry | null): bool {
  let entry = scope;
  while (entry !== null) {
    if (entry.hosts !== null && entry.paths !== null) return true;
    entry = entry.next;
  }
  return false;
}

/** No rule sees a tag that the client sent. */
function hideTag(list: RuleList, source: Source): void {
  if (source.kind != SourceKind.Header) return;
  if (!sameFolded(source.name, source.nameLength, list.tag, list.tagLength)) return;
  source.kind = SourceKind.Nothing;
  current.sourceCount -= 1;
}

/** From two headers on, all at once cost less than each alone; cookies may stand in several headers. */
function needsAll(): bool {
  if (current.cookies.count > 0) return true;
  const headers = current.sourceCount - current.queries.count + popcnt<u32>(current.pseudoHeaders);
  return headers > 1;
}
