import { Range } from './ranges';
import { piece } from './workspace';

/** A pattern as it was understood. */

export const enum NodeKind {
  /** One code point of a set. */
  Set,
  Begin,
  End,
  /** All of the parts, one behind the other. */
  Sequence,
  /** One of the parts. */
  Choice,
  /** Its only part, `min` to `max` times. */
  Repeat,
}

@unmanaged
export class Node {
  kind: NodeKind;
  set: Range | null;
  /** The last part; each leads to the one before it. */
  last: Node | null;
  before: Node | null;
  min: i32;
  /** Negative: any number. */
  max: i32;
}

export function newNode(kind: NodeKind): Node {
  const node = changetype<Node>(piece(offsetof<Node>()));
  node.kind = kind;
  return node;
}

/** Adds a part behind the others. */
export function append(node: Node, part: Node): void {
  part.before = node.last;
  node.last = part;
}
