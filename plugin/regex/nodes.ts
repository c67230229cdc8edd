import { spend } from './budget';
import { fail, TOO_LARGE } from './failure';
import { drop, List, reserve } from './list';
import { position } from './source';

/**
 * The nondeterministic automaton: nodes with numbers. Every part of it under construction has one node whose `out` is still NONE:
 * its exit.
 */

/** Goes to `out` and `other` without a byte. */
export const EMPTY: u8 = 0;
/** Takes one byte of a range to `out`; goes to `other` without a byte. */
export const BYTES: u8 = 1;
/** To `out` at the beginning of the text, the end of the text, of a line; without a byte. */
export const TEXT_BEGIN: u8 = 2;
export const TEXT_END: u8 = 3;
export const LINE_BEGIN: u8 = 4;
export const LINE_END: u8 = 5;
/** The whole pattern has matched. */
export const FINAL: u8 = 6;

/** No node. Number 0 exists all the same, so that writing to it after a refusal does no harm. */
export const NONE: i32 = 0;
/** Three times as many must fit into 16 bits (see closure.ts). */
const MAX_NODES: i32 = 20_000;

@unmanaged
export class Node {
  kind: u8;
  low: u8;
  high: u8;
  out: u16;
  other: u16;
}

const NODES: List = changetype<List>(memory.data(16, 8));

/** Begins an automaton. False when there is no memory. */
export function beginNodes(): bool {
  NODES.length = 0;
  if (!reserve(NODES, offsetof<Node>())) return false;
  memory.fill(NODES.at, 0, offsetof<Node>());
  NODES.length = offsetof<Node>();
  return true;
}

/** Gives the memory back. */
export function dropNodes(): void {
  drop(NODES);
}

/** How many there are, NONE included: the next one's number. */
export function nodeCount(): i32 {
  return NODES.length / <i32>offsetof<Node>();
}

/** The node with that number; good until the next one is added. */
// @ts-ignore: decorator
@inline
export function nodeAt(id: i32): Node {
  return changetype<Node>(NODES.at + <usize>id * offsetof<Node>());
}

/** The new node's number; NONE, and the failure noted, when there may be no more. */
export function addNode(kind: u8, low: i32, high: i32, out: i32, other: i32): i32 {
  if (!makeRoom(1)) return NONE;
  const id = nodeCount();
  NODES.length += offsetof<Node>();
  const node = nodeAt(id);
  node.kind = kind;
  node.low = <u8>low;
  node.high = <u8>high;
  node.out = <u16>out;
  node.other = <u16>other;
  return id;
}

/** Removes the nodes from that number on. */
export function removeNodesFrom(id: i32): void {
  NODES.length = id * <i32>offsetof<Node>();
}

/** Copies all nodes from `first` on, which lead only to one another, so often. Copy k is `k * (number of nodes)` further on. */
export function copyNodes(first: i32, copies: i32): bool {
  const size = nodeCount() - first;
  if (!makeRoom(size * copies)) return false;
  for (let copy = 1; copy <= copies; copy += 1) {
    for (let i = 0; i < size; i += 1) {
      const from = nodeAt(first + i);
      const distance = copy * size;
      addNode(from.kind, from.low, from.high, moved(from.out, distance), moved(from.other, distance));
    }
  }
  return true;
}

function moved(id: i32, distance: i32): i32 {
  return id == NONE ? NONE : id + distance;
}

function makeRoom(nodes: i32): bool {
  if (nodes > MAX_NODES - nodeCount()) {
    return fail(TOO_LARGE, position(), 'the pattern is too large: use smaller repetitions or fewer alternatives');
  }
  return spend(nodes) && reserve(NODES, nodes * <i32>offsetof<Node>());
}
