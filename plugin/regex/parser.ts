import { foldedOrRefused, readClass } from './class';
import { readEscape, isWord } from './escape';
import { code, INVALID, refuse, TOO_LARGE } from './failure';
import { group, readPerlGroup } from './groups';
import { isDone, peek, position, readPoint, seek, skip, skipLiteral } from './pattern';
import { LAST, Range, withRange } from './ranges';
import { append, newNode, Node, NodeKind } from './syntax';

/** Reads a pattern in the syntax of RE2 (github.com/google/re2/wiki/Syntax), as far as it is supported. */

const MAX_DEPTH: i32 = 100;
const MAX_REPEAT: i32 = 1000;

/** Flags that hold where the reader is. */
let isFolding: bool = false;
let dotIsAll: bool = false;
let depth: i32 = 0;

/** Understands the whole pattern. Means nothing after a failure. */
export function parse(): Node {
  isFolding = false;
  dotIsAll = false;
  depth = 0;
  const node = parseChoice();
  if (!isDone()) refuse(INVALID, position(), 'a closing parenthesis that nothing opens');
  return node;
}

function parseChoice(): Node {
  const first = parseSequence();
  if (peek() != 0x7c || isDone()) return first;
  const choice = newNode(NodeKind.Choice);
  append(choice, first);
  while (code == 0 && skip(0x7c)) append(choice, parseSequence());
  return choice;
}

function parseSequence(): Node {
  const sequence = newNode(NodeKind.Sequence);
  while (code == 0 && !isDone() && peek() != 0x7c && peek() != 0x29) {
    if (skipLiteral('\\Q')) {
      parseQuoted(sequence);
      continue;
    }
    if (isFlagGroup()) continue;
    append(sequence, parseRepeat(parseAtom()));
  }
  return sequence;
}

/** Everything up to `\E` stands for itself. */
function parseQuoted(sequence: Node): void {
  while (!isDone() && !skipLiteral('\\E')) {
    const literal = literalNode(readPoint(), position());
    // A repetition behind the quotation is of its last character.
    const isLast = isDone() || skipLiteral('\\E');
    append(sequence, isLast ? parseRepeat(literal) : literal);
    if (isLast) return;
  }
}

function parseAtom(): Node {
  const at = position();
  if (skip(0x28)) return parseGroup(at);
  if (skip(0x5b)) return setNode(readClass(isFolding));
  if (skip(0x5e)) return newNode(NodeKind.Begin);
  if (skip(0x24)) return newNode(NodeKind.End);
  if (skip(0x2e)) return setNode(dotIsAll ? withRange(null, 0, LAST) : withRange(withRange(null, 0, 9), 11, LAST));
  if (skipLiteral('\\A')) return newNode(NodeKind.Begin);
  if (skipLiteral('\\z')) return newNode(NodeKind.End);
  if (skip(0x5c)) return readPerlGroup(isFolding) ? setNode(group) : literalNode(readEscape(), at);
  const byte = peek();
  if (byte == 0x2a || byte == 0x2b || byte == 0x3f) refuse(INVALID, at, 'a repetition of nothing');
  return literalNode(readPoint(), at);
}

function parseGroup(at: i32): Node {
  depth += 1;
  if (depth > MAX_DEPTH) refuse(TOO_LARGE, at, 'parentheses are nested more than 100 deep');
  const wasFolding = isFolding;
  const wasAll = dotIsAll;
  if (skip(0x3f)) parseGroupHead(at);
  const node = code == 0 ? parseChoice() : newNode(NodeKind.Sequence);
  if (!skip(0x29)) refuse(INVALID, at, 'a parenthesis that is not closed');
  isFolding = wasFolding;
  dotIsAll = wasAll;
  depth -= 1;
  return node;
}

/** What stands behind `(?`, up to the content. */
function parseGroupHead(at: i32): void {
  if (skipLiteral('P<') || (peek() == 0x3c && peek(1) != 0x3d && peek(1) != 0x21 && skip(0x3c))) return skipName(at);
  const byte = peek();
  if (byte == 0x3d || byte == 0x21 || byte == 0x3c) refuse(INVALID, at, 'look-around is not supported');
  else if (byte == 0x3e) refuse(INVALID, at, 'atomic groups are not supported');
  else if (!readFlags(at) || !skip(0x3a)) refuse(INVALID, at, 'a group that RE2 does not have');
}

function skipName(at: i32): void {
  const start = position();
  while (isWord(peek())) readPoint();
  if (position() == start || !skip(0x3e)) refuse(INVALID, at, 'the name of a group is not closed, or empty');
}

/** True for `(?i)`, whose flags hold from there to the end of the group around it. */
function isFlagGroup(): bool {
  const start = position();
  const wasFolding = isFolding;
  const wasAll = dotIsAll;
  if (skipLiteral('(?') && peek() != 0x3a && readFlags(start) && skip(0x29)) return true;
  isFolding = wasFolding;
  dotIsAll = wasAll;
  seek(start);
  return false;
}

/** Reads flags, with a dash before those that are taken back; false when something else is among them. */
function readFlags(at: i32): bool {
  let value = true;
  let isEmpty = true;
  while (!isDone() && peek() != 0x3a && peek() != 0x29) {
    const byte = peek();
    if (byte == 0x69) isFolding = value;
    else if (byte == 0x73) dotIsAll = value;
    else if (byte == 0x6d && value) return refuse(INVALID, at, 'the flag m is not supported: a value is one line');
    else if (byte == 0x2d && value) value = false;
    else if (byte != 0x55 && byte != 0x6d) return false;
    isEmpty = byte == 0x2d;
    readPoint();
  }
  return !isEmpty || peek() == 0x3a;
}

function parseRepeat(atom: Node): Node {
  const at = position();
  const repeat = newNode(NodeKind.Repeat);
  if (!readRepeat(repeat)) return atom;
  append(repeat, atom);
  // Lazy or greedy: a full match is the same.
  skip(0x3f);
  const again = position();
  if (readRepeat(newNode(NodeKind.Repeat))) refuse(INVALID, again, 'a repetition of a repetition: put it into parentheses');
  if (repeat.max >= 0 && repeat.min > repeat.max) refuse(INVALID, at, 'a repetition that runs backwards');
  if (repeat.min > MAX_REPEAT || repeat.max > MAX_REPEAT) refuse(INVALID, at, 'a repetition of more than 1000');
  return repeat;
}

/** Reads a repetition; false, and nothing is read, when there is none: a brace may stand for itself. */
function readRepeat(repeat: Node): bool {
  repeat.max = -1;
  if (isDone()) return false;
  if (skip(0x2a)) return true;
  repeat.min = 1;
  if (skip(0x2b)) return true;
  repeat.min = 0;
  repeat.max = 1;
  if (skip(0x3f)) return true;
  const start = position();
  if (!skip(0x7b)) return false;
  repeat.min = readCount();
  repeat.max = repeat.min;
  if (repeat.min >= 0 && skip(0x2c)) repeat.max = peek() == 0x7d ? -1 : readCount();
  const isWhole = repeat.min >= 0 && (repeat.max >= 0 || peek(-1) == 0x2c) && skip(0x7d);
  if (!isWhole) seek(start);
  return isWhole;
}

/** A number without needless zeros, cut at 100000; -1 when there is none. */
function readCount(): i32 {
  let count = -1;
  while (peek() >= 0x30 && peek() <= 0x39) {
    if (count == 0) return -1;
    const digit = <i32>readPoint() - 0x30;
    count = count < 0 ? digit : count < 10000 ? count * 10 + digit : count;
  }
  return count;
}

function literalNode(point: u32, at: i32): Node {
  const set = withRange(null, point, point);
  return setNode(isFolding ? foldedOrRefused(set, at) : set);
}

function setNode(set: Range | null): Node {
  const node = newNode(NodeKind.Set);
  node.set = set;
  return node;
}
