import { Ascii, lengthOf } from '../ascii';
import { takePiece } from '../arena';
import { enterObject, isKey, length, nextKey, readBool, readNumber, readString, text } from '../json/reader';
import { murmur } from '../murmur';
import { Condition, Network, Operator, Source, SourceKind } from '../program';
import { ADDRESS, HOST, METHOD, PATH } from '../sources/well-known';
import { checkKeys, Key, Kind } from './condition-keys';
import { hasFailed } from './failure';
import { once, refuseKey } from './members';
import { readNetworks } from './networks';
import { fillOperand } from './operand';
import { arena, current } from './reading';
import { namedSource, readKind, readNamedSource, sourceOf } from './source';
import { MAX_NAME, MAX_VALUE, readSized, refuse } from './text';

const REQUEST_ID: Ascii = 'x-request-id';

/** One bit for each. */
const enum PseudoHeader {
  Path = 1,
  Authority = 2,
  Method = 4,
}

/** What was read of the condition, until all of it is known. */
let kind: Kind = Kind.None;
let operator: i32 = -1;
let isNegated: bool = false;
let name: usize = 0;
let nameLength: i32 = 0;
/** The value, or the name of the set. */
let operand: usize = 0;
let operandLength: i32 = 0;
let networks: Network | null = null;
let basisPoints: u32 = 0;
let seed: u32 = 0;
let key: Source | null = null;

/** Reads a condition. What it returns means nothing after a failure. */
export function readCondition(): Condition {
  const condition = changetype<Condition>(takePiece(arena, offsetof<Condition>()));
  const seen = readMembers();
  if (hasFailed || !checkKeys(seen, kind, operator)) return condition;
  condition.isNegated = isNegated;
  condition.operator = operator;
  const source = sourceOfKind();
  if (source === null) return condition;
  condition.source = source;
  if (kind == Kind.SourceIp) {
    condition.operator = Operator.Networks;
    condition.operand = changetype<usize>(networks);
  } else if (kind == Kind.Percent) {
    condition.operator = Operator.Percent;
    condition.basisPoints = basisPoints;
    condition.seed = seed;
  } else {
    fillOperand(condition, kind, operand, operandLength);
  }
  return condition;
}

function readMembers(): u32 {
  let seen: u32 = 0;
  kind = Kind.None;
  operator = -1;
  isNegated = false;
  key = null;
  if (!enterObject()) return 0;
  while (nextKey()) seen = isKey('value') || isKey('set') ? readOperand(seen) : readMember(seen);
  return seen;
}

function readOperand(seen: u32): u32 {
  const isValue = isKey('value');
  seen = once(seen, isValue ? Key.Value : Key.Set);
  if (isValue ? readSized(0, MAX_VALUE) : readSized(1, MAX_NAME)) {
    operand = text;
    operandLength = length;
  }
  return seen;
}

function readMember(seen: u32): u32 {
  if (isKey('kind')) {
    seen = once(seen, Key.Kind);
    kind = readKind(Kind.Percent);
  } else if (isKey('name')) {
    seen = once(seen, Key.Name);
    if (readSized(1, MAX_VALUE)) {
      name = text;
      nameLength = length;
    }
  } else if (isKey('operator')) {
    seen = once(seen, Key.Operator);
    operator = readOperator();
  } else if (isKey('negate')) {
    seen = once(seen, Key.Negate);
    isNegated = readBool();
  } else if (isKey('cidrs')) {
    seen = once(seen, Key.Cidrs);
    networks = readNetworks();
  } else if (isKey('basisPoints')) {
    seen = once(seen, Key.BasisPoints);
    basisPoints = readBasisPoints();
  } else if (isKey('salt')) {
    seen = once(seen, Key.Salt);
    if (readSized(0, MAX_VALUE)) seed = murmur(text, length, 0);
  } else if (isKey('key')) {
    seen = once(seen, Key.Key);
    key = readNamedSource();
  } else {
    refuseKey();
  }
  return seen;
}

function readBasisPoints(): u32 {
  const points = readNumber();
  if (points >= 0 && points <= 10000 && points == Math.floor(points)) return <u32>points;
  refuse('must be a whole number from 0 to 10000');
  return 0;
}

function readOperator(): i32 {
  if (!readString()) return -1;
  if (isKey('exact')) return Operator.Exact;
  if (isKey('prefix')) return Operator.Prefix;
  if (isKey('suffix')) return Operator.Suffix;
  if (isKey('contains')) return Operator.Contains;
  if (isKey('regex')) return Operator.Regex;
  if (isKey('in')) return Operator.In;
  if (isKey('present')) return Operator.Present;
  if (isKey('absent')) return Operator.Absent;
  refuse('must be exact, prefix, suffix, contains, regex, in, present or absent');
  return -1;
}

/** Where the value of the condition comes from; null after a failure. */
function sourceOfKind(): Source | null {
  if (kind <= Kind.Cookie) {
    if (kind == Kind.Query) current.pseudoHeaders |= PseudoHeader.Path;
    return namedSource(kind, name, nameLength);
  }
  if (kind == Kind.Percent) return key === null ? sourceOf(SourceKind.Header, REQUEST_ID, lengthOf(REQUEST_ID)) : key;
  if (kind == Kind.SourceIp) return ADDRESS;
  if (kind == Kind.Path) {
    current.pseudoHeaders |= PseudoHeader.Path;
    return PATH;
  }
  current.pseudoHeaders |= kind == Kind.Host ? PseudoHeader.Authority : PseudoHeader.Method;
  return kind == Kind.Host ? HOST : METHOD;
}
