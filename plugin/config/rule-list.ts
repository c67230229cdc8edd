import { Ascii, lengthOf } from '../ascii';
import { takePiece } from '../arena';
import { enterArray, enterObject, isKey, length, nextItem, nextKey, readString, text } from '../json/reader';
import { murmur } from '../murmur';
import { Binding, ClientTag, RuleList } from '../program';
import { readPatterns } from './binding';
import { Code, fail, hasFailed } from './failure';
import { finishList } from './finish';
import { once, refuseKey } from './members';
import { arena, beginList, program, resumeList } from './reading';
import { readRules } from './rule';
import { readSets } from './sets';
import { folded, readHeaderName, readName, refuse } from './text';

const MAX_LISTS: i32 = 10_000;

const DEFAULT_TAG: Ascii = 'x-mse-tag';

const enum Key {
  Revision = 1,
  TagHeader = 2,
  ClientTag = 4,
  Sets = 8,
  Rules = 16,
  Lists = 32,
  Routes = 64,
  Domains = 128,
  Services = 256,
  RoutePrefixes = 512,
}

/** A list that has nothing in it: tags of clients are removed, no rule decides. */
export function emptyList(): RuleList {
  const made = changetype<RuleList>(takePiece(arena, offsetof<RuleList>()));
  made.index = -1;
  made.tag = DEFAULT_TAG;
  made.tagLength = lengthOf(DEFAULT_TAG);
  return made;
}

/** Reads the whole configuration into the program. */
export function readTop(): void {
  const top = emptyList();
  program.top = top;
  beginList(top);
  let seen: u32 = 0;
  if (!enterObject()) return;
  while (nextKey()) {
    if (isKey('_rules_')) {
      seen = once(seen, Key.Lists);
      readBoundLists();
    } else {
      seen = readMember(top, seen);
    }
  }
  finishList();
}

/** Reads the lists of Higress' match rules. */
function readBoundLists(): void {
  let last: RuleList | null = null;
  let count = 0;
  if (!enterArray()) return;
  while (nextItem()) {
    if (count == MAX_LISTS) fail(Code.TooMany, 'there may be 10000 match rules');
    const list = emptyList();
    list.index = count;
    count += 1;
    const before = beginList(list);
    readBoundList(list);
    resumeList(before);
    if (last === null) program.bound = list;
    else last.next = list;
    last = list;
  }
}

function readBoundList(list: RuleList): void {
  const binding = changetype<Binding>(takePiece(arena, offsetof<Binding>()));
  list.binding = binding;
  let seen: u32 = 0;
  if (!enterObject()) return;
  while (nextKey()) {
    const more = readBinding(binding, seen);
    seen = more == seen ? readMember(list, seen) : more;
  }
  if (!hasFailed && !isBound(binding)) {
    fail(Code.UnboundMatchRule, 'a match rule needs a route, a domain or a service: Higress ignores the plugin else');
  }
  finishList();
}

function isBound(binding: Binding): bool {
  if (binding.routes !== null || binding.domains !== null) return true;
  return binding.services !== null || binding.routePrefixes !== null;
}

/** Returns the same bits when the key that was read last is none of a binding. */
function readBinding(binding: Binding, seen: u32): u32 {
  if (isKey('_match_route_')) {
    seen = once(seen, Key.Routes);
    binding.routes = readPatterns(false);
  } else if (isKey('_match_domain_')) {
    seen = once(seen, Key.Domains);
    binding.domains = readPatterns(true);
  } else if (isKey('_match_service_')) {
    seen = once(seen, Key.Services);
    binding.services = readPatterns(false);
  } else if (isKey('_match_route_prefix_')) {
    seen = once(seen, Key.RoutePrefixes);
    binding.routePrefixes = readPatterns(false);
  }
  return seen;
}

function readMember(list: RuleList, seen: u32): u32 {
  if (isKey('revision')) {
    seen = once(seen, Key.Revision);
    if (readName() && list.index < 0) program.revision = murmur(text, length, 0);
    if (list.index < 0) program.hasRevision = true;
  } else if (isKey('tagHeader')) {
    seen = once(seen, Key.TagHeader);
    if (readHeaderName()) {
      list.tag = folded;
      list.tagLength = length;
    }
  } else if (isKey('clientTag')) {
    seen = once(seen, Key.ClientTag);
    list.clientTag = readClientTag();
  } else if (isKey('sets')) {
    seen = once(seen, Key.Sets);
    readSets();
  } else if (isKey('rules')) {
    seen = once(seen, Key.Rules);
    readRules();
  } else {
    refuseKey();
  }
  return seen;
}

function readClientTag(): ClientTag {
  if (!readString()) return ClientTag.Strip;
  if (isKey('keep')) return ClientTag.Keep;
  if (isKey('stripAll')) return ClientTag.StripAll;
  if (!isKey('strip')) refuse('must be strip, stripAll or keep');
  return ClientTag.Strip;
}
