import { kindOf, nextOf, otherOf, StateKind, stateCount } from './nfa';
import { goOn, table } from './workspace';

/** Sets of states of the nondeterministic automaton: those that take a byte, or wait for the end of the text. */

/** The set that is being made, as numbers of two bytes. */
export let members: usize = 0;
export let memberCount: i32 = 0;
/** True when the text may end here. */
export let isAccepting: bool = false;

/** By state: the set that it was last seen for. */
let seen: usize = 0;
let stamp: u32 = 0;
let stack: usize = 0;
let height: i32 = 0;

/** Makes room; false when there is none. */
export function openClosure(): bool {
  const count = <usize>stateCount();
  members = table(count << 1);
  seen = table(count << 2);
  // A state is pushed once for each way into it, of which every state has two at most.
  stack = table((count << 2) + 4);
  stamp = 0;
  return members != 0 && seen != 0 && stack != 0;
}

/** Begins a set. */
export function beginSet(): void {
  stamp += 1;
  memberCount = 0;
  isAccepting = false;
}

/** Adds a state and all that can be reached from it without a byte; `isBegin` says whether the text begins here. */
export function addClosure(state: i32, isBegin: bool): void {
  push(state);
  while (height > 0 && goOn(1)) {
    const at = pop();
    const kind = kindOf(at);
    if (kind == StateKind.Match) {
      isAccepting = true;
    } else if (kind == StateKind.Split) {
      push(nextOf(at));
      push(otherOf(at));
    } else if (kind == StateKind.Begin) {
      if (isBegin) push(nextOf(at));
    } else {
      store<u16>(members + (<usize>memberCount << 1), at);
      memberCount += 1;
    }
  }
  height = 0;
}

/** Finds out whether the text may end here, once all states have been added; then orders them. */
export function finishSet(isBegin: bool): void {
  const count = memberCount;
  for (let i = 0; i < count; i += 1) {
    const state = load<u16>(members + (<usize>i << 1));
    if (kindOf(state) == StateKind.End) followEnd(nextOf(state), isBegin);
  }
  memberCount = count;
  sort();
}

/** What comes behind the end may only be more assertions. Members that this adds are forgotten by the caller. */
function followEnd(state: i32, isBegin: bool): void {
  push(state);
  while (height > 0 && goOn(1)) {
    const at = pop();
    const kind = kindOf(at);
    if (kind == StateKind.Match) isAccepting = true;
    else if (kind == StateKind.Split) {
      push(nextOf(at));
      push(otherOf(at));
    } else if (kind == StateKind.End || (kind == StateKind.Begin && isBegin)) push(nextOf(at));
  }
  height = 0;
}

function push(state: i32): void {
  const mark = seen + (<usize>state << 2);
  if (load<u32>(mark) == stamp) return;
  store<u32>(mark, stamp);
  store<u16>(stack + (<usize>height << 1), state);
  height += 1;
}

function pop(): i32 {
  height -= 1;
  return load<u16>(stack + (<usize>height << 1));
}

/** Shell sort: equal sets must look the same. */
function sort(): void {
  for (let gap = memberCount >> 1; gap > 0; gap >>= 1) {
    for (let i = gap; i < memberCount; i += 1) {
      const value = load<u16>(members + (<usize>i << 1));
      let place = i;
      while (place >= gap && load<u16>(members + (<usize>(place - gap) << 1)) > value) {
        store<u16>(members + (<usize>place << 1), load<u16>(members + (<usize>(place - gap) << 1)));
        place -= gap;
      }
      store<u16>(members + (<usize>place << 1), value);
    }
  }
  goOn(memberCount);
}
