import { allocate } from '../memory';
import { addText, findText, TextTable } from '../text-table';
import { addClosure, beginSet, finishSet, isAccepting, memberCount, members, openClosure } from './closure';
import { code, NO_MEMORY, refuse, TOO_LARGE } from './failure';
import { highOf, kindOf, lowOf, nextOf, stateCount, StateKind } from './nfa';
import { ACCEPTING, CLASS_COUNT, CLASSES, HEADER, ROWS, START } from './table';
import { goOn, piece, table, WORKSPACE } from './workspace';

/** The deterministic automaton: its states are sets of states of the other one. */

const MAX_STATES: i32 = 4096;
/** Of the table, in bytes. */
const MAX_SIZE: i32 = 1 << 20;

/** By state: where the members of its set stand, how many there are, and whether the text may end there. */
let sets: usize = 0;
const SET: usize = 12;
let count: i32 = 0;
/** By byte: its class. Bytes of a class are the same to all states. */
let classes: usize = 0;
let classCount: i32 = 0;
let known: TextTable = changetype<TextTable>(0);
/** By state and class: the next state. State 0 is where nothing matches any more. */
let rows: usize = 0;
let rowCapacity: i32 = 0;

/** Builds the table from the automaton that begins with that state; 0 after a failure. */
export function buildDfa(start: i32): usize {
  if (!open()) return 0;
  beginSet();
  addClosure(start, true);
  finishSet(true);
  // The first state is never one of those that come later: only there does the text begin.
  const first = keepSet();
  for (let state = first; state < count && code == 0; state += 1) fillRow(state);
  return code == 0 ? finished() : 0;
}

function open(): bool {
  sets = table(<usize>MAX_STATES * SET);
  classes = table(256);
  known = changetype<TextTable>(piece(offsetof<TextTable>()));
  count = 1;
  rows = 0;
  rowCapacity = 0;
  if (sets == 0 || classes == 0 || !openClosure()) return false;
  findClasses();
  return code == 0;
}

/** A class begins wherever a range of some state begins or has ended. */
function findClasses(): void {
  for (let state = 0; state < stateCount(); state += 1) {
    if (kindOf(state) != StateKind.Bytes) continue;
    store<u8>(classes + lowOf(state), 1);
    if (highOf(state) < 255) store<u8>(classes + highOf(state) + 1, 1);
  }
  let current = 0;
  for (let byte = 0; byte < 256; byte += 1) {
    if (byte > 0 && load<u8>(classes + byte) != 0) current += 1;
    store<u8>(classes + byte, current);
  }
  classCount = current + 1;
}

function fillRow(state: i32): void {
  if (!makeRoom(state)) return;
  let byte = 0;
  for (let class_ = 0; class_ < classCount && code == 0; class_ += 1) {
    while (load<u8>(classes + byte) != class_) byte += 1;
    store<u16>(rows + ((<usize>state * classCount + class_) << 1), follow(state, <u8>byte));
  }
}

/** The state that the byte leads to. */
function follow(state: i32, byte: u8): i32 {
  const set = load<usize>(sets + <usize>state * SET);
  const size = load<i32>(sets + <usize>state * SET, 4);
  if (!goOn(size)) return 0;
  beginSet();
  for (let i = 0; i < size; i += 1) {
    const member = load<u16>(set + (<usize>i << 1));
    if (kindOf(member) == StateKind.Bytes && lowOf(member) <= byte && byte <= highOf(member)) {
      addClosure(nextOf(member), false);
    }
  }
  if (memberCount == 0 && !isAccepting) return 0;
  finishSet(false);
  return findSet();
}

/** The state of the set that was made; a new one when there is none yet. */
function findSet(): i32 {
  // A set that may end and one that may not differ in a member, but for the state that matches: it is none.
  store<u16>(members + (<usize>memberCount << 1), isAccepting ? 1 : 0);
  const found = findText(known, members, (memberCount + 1) << 1);
  if (found != 0) return <i32>found;
  const state = keepSet();
  const set = load<usize>(sets + <usize>state * SET);
  if (code == 0 && !addText(known, WORKSPACE, set, (memberCount + 1) << 1, state)) refuse(NO_MEMORY, 0, 'no memory to compile it');
  return state;
}

/** Makes the set a state. */
function keepSet(): i32 {
  if (count == MAX_STATES) refuse(TOO_LARGE, 0, 'it needs too many states: simplify it, or use several conditions');
  const size = <usize>(memberCount + 1) << 1;
  const copy = code == 0 ? table(size) : 0;
  if (copy == 0) return 0;
  memory.copy(copy, members, size - 2);
  store<u16>(copy + size - 2, isAccepting ? 1 : 0);
  const set = sets + <usize>count * SET;
  store<usize>(set, copy);
  store<i32>(set, memberCount, 4);
  store<bool>(set, isAccepting, 8);
  count += 1;
  return count - 1;
}

/** Rows grow by doubling. */
function makeRoom(state: i32): bool {
  if ((state + 1) * classCount * 2 > MAX_SIZE) return refuse(TOO_LARGE, 0, 'its table would be larger than 1 MiB: simplify it');
  if (state < rowCapacity) return true;
  const capacity = rowCapacity == 0 ? 16 : rowCapacity * 2;
  const grown = table((<usize>capacity * classCount) << 1);
  if (grown == 0) return false;
  memory.copy(grown, rows, (<usize>rowCapacity * classCount) << 1);
  rows = grown;
  rowCapacity = capacity;
  return true;
}

/** Copies what is needed to match. */
function finished(): usize {
  const size = (<usize>count * classCount) << 1;
  const made = allocate(HEADER + size);
  if (made == 0) {
    refuse(NO_MEMORY, 0, 'no memory for its table');
    return 0;
  }
  memory.copy(made + CLASSES, classes, 256);
  store<u32>(made, classCount, CLASS_COUNT);
  store<u32>(made, marked(1), START);
  memory.fill(made + ROWS, 0, <usize>classCount << 1);
  for (let i: usize = <usize>classCount << 1; i < size; i += 2) {
    store<u16>(made + ROWS + i, marked(load<u16>(rows + i)));
  }
  return made;
}

/** The number of a state, with a mark when the text may end there. */
function marked(state: i32): u16 {
  return <u16>(load<bool>(sets + <usize>state * SET, 8) ? state | ACCEPTING : state);
}
