import {
  addHeader,
  delivered,
  deliveredLength,
  getHeader,
  getHeaderPairs,
  getProperty,
  removeHeader,
  replaceHeader,
} from './abi';
import { listFor } from './binding';
import { decide } from './decide';
import { countDecision } from './metrics';
import { Change, ChangeKind, Program, Rule, RuleList, Source, SourceKind } from './program';
import { resetScratch } from './scratch';
import { findPair, forgetPairs, havePairs, pairValue, pairValueLength, takePairs } from './sources/pairs';
import { beginRequest, fetchWith } from './sources/source';
import { stripClientTag } from './strip';

/** The list and the rule that decided on the last request; -1 for the top level, and for no rule. */
export let decisionList: i32 = -1;
export let decisionRule: i32 = -1;

/** Decides on the request that the host is at, and changes its headers. */
export function filterRequest(program: Program): void {
  const list = openRequest(program);
  const rule = decide(list);
  decisionList = list.index;
  decisionRule = rule === null ? -1 : rule.index;
  stripClientTag(list, rule);
  if (rule === null) return;
  applyChanges(rule);
  countDecision(rule.lane);
}

/** Forgets the request before; the list that is for this one. */
export function openRequest(program: Program): RuleList {
  resetScratch();
  forgetPairs();
  fetchWith(fetchSource);
  beginRequest();
  const list = listFor(program);
  if (list.readsAll && getHeaderPairs()) takePairs(delivered, deliveredLength);
  return list;
}

function applyChanges(rule: Rule): void {
  let change: Change | null = rule.changes;
  while (change !== null) {
    if (change.kind == ChangeKind.Set) replaceHeader(change.name, change.nameLength, change.value, change.valueLength);
    else if (change.kind == ChangeKind.Add) addHeader(change.name, change.nameLength, change.value, change.valueLength);
    else removeHeader(change.name, change.nameLength);
    change = change.next;
  }
}

function fetchSource(source: Source): void {
  if (source.kind == SourceKind.Header && havePairs()) {
    if (findPair(source.name, source.nameLength)) take(source, pairValue, pairValueLength);
    return;
  }
  const isHeader = source.kind == SourceKind.Header;
  const isThere = isHeader ? getHeader(source.name, source.nameLength) : getProperty(source.name, source.nameLength);
  if (isThere) take(source, delivered, deliveredLength);
}

function take(source: Source, value: usize, length: i32): void {
  source.value = value;
  source.length = length;
}
