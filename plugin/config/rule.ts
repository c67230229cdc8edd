import { Ascii } from '../ascii';
import { takePiece } from '../arena';
import { enterArray, enterObject, enterText, isKey, isString, leaveText, length, nextItem, nextKey, place, text, textEnd } from '../json/reader';
import { Change, Condition, Lane, Rule } from '../program';
import { addText, findText } from '../text-table';
import { readChanges } from './changes';
import { readCondition } from './condition';
import { Code, enterRule, fail, failMember, hasFailed, leaveRule } from './failure';
import { once, refuseKey } from './members';
import { appendLane, arena, current, lanes, temporary } from './reading';
import { readScope } from './scope';
import { readLaneName, readName, refuse } from './text';

const MAX_RULES: i32 = 100_000;
const MAX_CONDITIONS: i32 = 64;

/** Reads the rules of the list, or a text with them: an API server takes one long string in much less time than thousands of objects. */
export function readRules(): void {
  if (!isString()) return readArray();
  enterText();
  readArray();
  leaveText();
}

function readArray(): void {
  const list = current.list;
  let last: Rule | null = null;
  if (!enterArray()) return;
  while (nextItem()) {
    if (list.ruleCount == MAX_RULES) fail(Code.TooMany, 'a list may have 100000 rules');
    const rule = readRule();
    rule.index = list.ruleCount;
    list.ruleCount += 1;
    if (last === null) list.rules = rule;
    else last.next = rule;
    last = rule;
  }
}

function readRule(): Rule {
  const rule = changetype<Rule>(takePiece(arena, offsetof<Rule>()));
  rule.start = place();
  enterRule(rule.start, textEnd());
  let seen: u32 = 0;
  if (!enterObject()) return rule;
  while (nextKey()) seen = readMember(rule, seen);
  need(seen, 1, 'id');
  need(seen, 2, 'lane');
  need(seen, 4, 'conditions');
  need(seen, 16, 'headers');
  if (!hasFailed) leaveRule();
  return rule;
}

function readMember(rule: Rule, seen: u32): u32 {
  if (isKey('id')) {
    seen = once(seen, 1);
    readId(rule);
  } else if (isKey('lane')) {
    seen = once(seen, 2);
    if (readLaneName()) rule.lane = laneOf(text, length);
  } else if (isKey('conditions')) {
    seen = once(seen, 4);
    rule.conditions = readConditions();
  } else if (isKey('scope')) {
    seen = once(seen, 8);
    rule.scope = readScope();
  } else if (isKey('headers')) {
    seen = once(seen, 16);
    rule.changes = changetype<Change>(readChanges());
  } else {
    refuseKey();
  }
  return seen;
}

function need(seen: u32, member: u32, called: Ascii): void {
  if ((seen & member) == 0 && !hasFailed) failMember(Code.MissingKey, called, 'a rule needs this key');
}

function readId(rule: Rule): void {
  if (!readName()) return;
  rule.id = text;
  rule.idLength = length;
  if (findText(current.ids, text, length) != 0) {
    fail(Code.DuplicateId, 'an earlier rule of the list has this id');
  } else {
    addText(current.ids, temporary, text, length, 1);
  }
}

function laneOf(name: usize, size: i32): Lane {
  const known = findText(lanes, name, size);
  if (known != 0) return changetype<Lane>(known);
  const lane = changetype<Lane>(takePiece(arena, offsetof<Lane>()));
  lane.name = name;
  lane.nameLength = size;
  if (addText(lanes, temporary, name, size, changetype<usize>(lane))) appendLane(lane);
  return lane;
}

function readConditions(): Condition {
  let first: Condition | null = null;
  let last: Condition | null = null;
  let count = 0;
  if (!enterArray()) return changetype<Condition>(0);
  while (nextItem()) {
    if (count == MAX_CONDITIONS) fail(Code.TooMany, 'a rule may have 64 conditions');
    count += 1;
    const condition = readCondition();
    if (last === null) first = condition;
    else last.next = condition;
    last = condition;
  }
  if (!hasFailed && count == 0) refuse('must not be empty: a rule without conditions would be for everybody');
  return changetype<Condition>(first);
}
