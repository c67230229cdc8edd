import { Arena } from './arena';
import { TextTable } from './text-table';

/** What a configuration is compiled to. All of it lies in the program's arena; texts may lie in the configuration itself. */

export const enum SourceKind {
  /** A header, pseudo headers included. */
  Header,
  /** A property of the stream. */
  Property,
  Query,
  Cookie,
  /** `:path` without the query. */
  Path,
  /** `:authority` without the port, in lower case. */
  Host,
  /** The client's address in 16 bytes. */
  Address,
  /** What no rule may see: a tag that the client sent. */
  Nothing,
}

/** Where a value of a request comes from, and what it is in the current request. */
@unmanaged
export class Source {
  kind: SourceKind;
  name: usize;
  nameLength: i32;
  /** Number of the request that the value is of. */
  request: u64;
  value: usize;
  /** Negative: the request has no such value. */
  length: i32;
  /** While a list is read: how many rules could be found by a value of it, and how they are. */
  candidates: i32;
  /** The rules that are found by its value. */
  keyed: KeyedRules | null;
  next: Source | null;
}

export const enum Operator {
  Present,
  Absent,
  Exact,
  Prefix,
  Suffix,
  Contains,
  Regex,
  In,
  /** Path prefix by whole segments. */
  Segments,
  Networks,
  Percent,
}

/** One comparison. */
@unmanaged
export class Condition {
  next: Condition | null;
  source: Source;
  operator: Operator;
  isNegated: bool;
  /** The text to compare with; of a regex its table, of `in` its TextTable, of networks the first Network. */
  operand: usize;
  /** Length of the text. */
  length: i32;
  basisPoints: u32;
  seed: u32;
}

/** A network of addresses: its first bits. */
@unmanaged
export class Network {
  next: Network | null;
  bits: i32;
  isIpv4: bool;
  /** 16 bytes. */
  address: usize;
}

export const enum Wildcard {
  None,
  /** One label before the text, which begins with a dot. */
  OneLabel,
  AnyLabels,
}

@unmanaged
export class HostPattern {
  next: HostPattern | null;
  wildcard: Wildcard;
  text: usize;
  length: i32;
}

/** Any of the hosts together with any of the paths; a list that is absent holds. */
@unmanaged
export class ScopeEntry {
  next: ScopeEntry | null;
  hosts: HostPattern | null;
  paths: Condition | null;
}

export const enum ChangeKind {
  Set,
  Add,
  Remove,
}

@unmanaged
export class Change {
  next: Change | null;
  kind: ChangeKind;
  name: usize;
  nameLength: i32;
  value: usize;
  valueLength: i32;
}

@unmanaged
export class Lane {
  next: Lane | null;
  name: usize;
  nameLength: i32;
  /** Id of its counter; given by the shell. */
  counter: u32;
  isCounted: bool;
}

@unmanaged
export class Rule {
  next: Rule | null;
  /** The next one that can only be found by trying. */
  nextWalked: Rule | null;
  /** The next one with the same key. */
  nextSameKey: Rule | null;
  /** Of the first one with a key: the last one with it. */
  lastSameKey: Rule | null;
  index: i32;
  /** Where it begins in the configuration. */
  start: usize;
  id: usize;
  idLength: i32;
  lane: Lane;
  conditions: Condition;
  scope: ScopeEntry | null;
  changes: Change;
  /** The condition by whose value the rule is found; null: it is walked. */
  key: Condition | null;
  setsTag: bool;
}

/** A compiled regular expression, which is freed with its program. */
@unmanaged
export class Regex {
  next: Regex | null;
  table: usize;
}

/** Rules that are found by the value of one source. */
@unmanaged
export class KeyedRules {
  next: KeyedRules | null;
  source: Source;
  table: TextTable;
}

export const enum ClientTag {
  Strip,
  StripAll,
  Keep,
}

/** A pattern of a binding. */
@unmanaged
export class Pattern {
  next: Pattern | null;
  text: usize;
  length: i32;
}

/** For which requests a list of Higress' match rules is. */
@unmanaged
export class Binding {
  routes: Pattern | null;
  domains: Pattern | null;
  services: Pattern | null;
  routePrefixes: Pattern | null;
}

/** The top level of a configuration, or one of its `_rules_`. */
@unmanaged
export class RuleList {
  next: RuleList | null;
  /** Place in `_rules_`; -1 for the top level. */
  index: i32;
  binding: Binding | null;
  tag: usize;
  tagLength: i32;
  /** The tag header with `_` for every `-`. */
  foldedTag: usize;
  clientTag: ClientTag;
  /** True: all headers are read at once, since that costs less than each alone. */
  readsAll: bool;
  /** True: a scope asks for both path and host, so that all headers at once cost less than these two. */
  scopeReadsAll: bool;
  ruleCount: i32;
  rules: Rule | null;
  walked: Rule | null;
  keyed: KeyedRules | null;
}

@unmanaged
export class Program {
  arena: Arena;
  /** The configuration that texts point into. */
  text: usize;
  /** How many roots use it. */
  users: i32;
  top: RuleList;
  bound: RuleList | null;
  lanes: Lane | null;
  regexes: Regex | null;
  /** Stands for the configuration in the metrics. */
  revision: u32;
  /** True when the configuration says what its revision is. */
  hasRevision: bool;
}
