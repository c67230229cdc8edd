import { code, refuse, TOO_LARGE } from './failure';
import { Range } from './ranges';
import { addUtf8, beginUtf8 } from './utf8-ranges';
import { Node, NodeKind } from './syntax';
import { goOn, table } from './workspace';

/** A nondeterministic automaton over bytes. */

export const enum StateKind {
  /** Goes on with a byte from `low` to `high`. */
  Bytes,
  /** Goes on with either of two states, or with one. */
  Split,
  /** Goes on at the beginning of the text. */
  Begin,
  /** Goes on at the end of the text. */
  End,
  Match,
}

const MAX_STATES: i32 = 20_000;
const STATE: usize = 8;
/** kind, low, high; next, other */
let states: usize = 0;
let count: i32 = 0;

/** Builds the automaton; returns its first state. Means nothing after a failure. */
export function buildNfa(node: Node): i32 {
  states = table(<usize>MAX_STATES * STATE);
  count = 0;
  if (states == 0) return 0;
  const match = addState(StateKind.Match, 0, 0, 0, 0);
  return emit(node, match);
}

export function stateCount(): i32 {
  return count;
}

export function kindOf(state: i32): StateKind {
  return load<u8>(states + <usize>state * STATE);
}

export function lowOf(state: i32): u8 {
  return load<u8>(states + <usize>state * STATE, 1);
}

export function highOf(state: i32): u8 {
  return load<u8>(states + <usize>state * STATE, 2);
}

export function nextOf(state: i32): i32 {
  return load<u16>(states + <usize>state * STATE, 4);
}

export function otherOf(state: i32): i32 {
  return load<u16>(states + <usize>state * STATE, 6);
}

/** Adds a state; returns its number. */
export function addState(kind: StateKind, low: u8, high: u8, next: i32, other: i32): i32 {
  if (count == MAX_STATES) refuse(TOO_LARGE, 0, 'it needs too many states: make repetitions smaller');
  if (!goOn(1)) return 0;
  const state = states + <usize>count * STATE;
  store<u8>(state, kind);
  store<u8>(state, low, 1);
  store<u8>(state, high, 2);
  store<u16>(state, next, 4);
  store<u16>(state, other, 6);
  count += 1;
  return count - 1;
}

function split(next: i32, other: i32): i32 {
  return addState(StateKind.Split, 0, 0, next, other);
}

/** Adds what the node stands for, before a state; returns where it begins. */
function emit(node: Node, next: i32): i32 {
  if (!goOn(1)) return 0;
  switch (node.kind) {
    case NodeKind.Set:
      return emitSet(node.set, next);
    case NodeKind.Begin:
      return addState(StateKind.Begin, 0, 0, next, 0);
    case NodeKind.End:
      return addState(StateKind.End, 0, 0, next, 0);
    case NodeKind.Sequence:
      return emitSequence(node, next);
    case NodeKind.Choice:
      return emitChoice(node, next);
    default:
      return emitRepeat(node, next);
  }
}

function emitSequence(node: Node, next: i32): i32 {
  let part = node.last;
  while (part !== null) {
    next = emit(part, next);
    part = part.before;
  }
  return next;
}

function emitChoice(node: Node, next: i32): i32 {
  let entry = -1;
  let part = node.last;
  while (part !== null) {
    const start = emit(part, next);
    entry = entry < 0 ? start : split(start, entry);
    part = part.before;
  }
  return entry;
}

function emitRepeat(node: Node, next: i32): i32 {
  const part = changetype<Node>(node.last);
  let entry = next;
  if (node.max < 0) {
    entry = split(0, next);
    store<u16>(states + <usize>entry * STATE, emit(part, entry), 4);
  }
  for (let i = node.min; i < node.max && code == 0; i += 1) entry = split(emit(part, entry), next);
  for (let i = 0; i < node.min && code == 0; i += 1) entry = emit(part, entry);
  return entry;
}

/** An empty set matches nothing: a range that no byte is in. */
function emitSet(set: Range | null, next: i32): i32 {
  if (set === null) return addState(StateKind.Bytes, 1, 0, next, 0);
  beginUtf8(next);
  let entry = -1;
  let range: Range | null = set;
  while (range !== null) {
    entry = addUtf8(range.low, range.high, entry);
    range = range.next;
  }
  return entry < 0 ? addState(StateKind.Bytes, 1, 0, next, 0) : entry;
}
