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
import { AUTHORITY_HEADER, PATH_HEADER } from './sources/well-known';
import { stripClientTag } from './strip';

/** The list and the rule that decided on the last request; -1 for the top level, and for no rule. */
export let decisionList: i32 = -1;
export let decisionRule: i32 = -1;

/** The list that is for the request. */
let current: RuleList = changetype<RuleList>(0);

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
  current = program.top;
  const list = listFor(program);
  current = list;
  if (list.readsAll) fetchPairs();
  return list;
}

function applyChanges(rule: Rule): void {
  let change: Change | null = rule.changes;
  while (change !== null) {
    if (change.kind == ChangeKind.Set) setHeader(change);
    else if (change.kind == ChangeKind.Add) addHeader(change.name, change.nameLength, change.value, change.valueLength);
    else removeHeader(change.name, change.nameLength);
    change = change.next;
  }
}

/** What a client sent must not stand for what could not be set. */
function setHeader(change: Change): void {
  const isSet = replaceHeader(change.name, change.nameLength, change.value, change.valueLength);
  if (!isSet) removeHeader(change.name, change.nameLength);
}

function fetchPairs(): void {
  if (getHeaderPairs()) takePairs(delivered, deliveredLength);
}

function fetchSource(source: Source): void {
  if (isForScope(source)) fetchPairs();
  if (source.kind == SourceKind.Header && havePairs()) {
    if (findPair(source.name, source.nameLength)) take(source, pairValue, pairValueLength);
    return;
  }
  const isHeader = source.kind == SourceKind.Header;
  const isThere = isHeader ? getHeader(source.name, source.nameLength) : getProperty(source.name, source.nameLength);
  if (isThere) take(source, delivered, deliveredLength);
}

/** True for the first of two that a scope asks for. */
function isForScope(source: Source): bool {
  if (!current.scopeReadsAll || havePairs()) return false;
  return source === PATH_HEADER || source === AUTHORITY_HEADER;
}

function take(source: Source, value: usize, length: i32): void {
  source.value = value;
  source.length = length;
}
