import { releaseProgram } from './config/compile';
import { allocate, release } from './memory';
import { Program } from './program';

/**
 * The root contexts of this VM. A new configuration makes a new root while the old one still serves, and several plugins may
 * share the VM: each root has a program of its own.
 */
@unmanaged
export class Root {
  next: Root | null;
  id: u32;
  /** Null until a good configuration came. */
  program: Program | null;
  /** Stands for the name of the plugin, which is the same for all of its roots; 0: nobody knows it. */
  plugin: u64;
}

export let firstRoot: Root | null = null;

/** Which root a stream belongs to: pairs of ids, by the stream's. A stream that finds another's pair asks the newest root. */
const STREAMS: usize = memory.data(32768, 8);
const MAX_STREAMS: u32 = 4096;

/** Makes a root. Without memory there is none, and its streams are baseline. */
export function addRoot(id: u32): void {
  if (findRoot(id) !== null) return;
  const block = allocate(offsetof<Root>());
  if (block == 0) return;
  memory.fill(block, 0, offsetof<Root>());
  const root = changetype<Root>(block);
  root.id = id;
  root.next = firstRoot;
  firstRoot = root;
}

/** The root of that id. */
export function findRoot(id: u32): Root | null {
  let root = firstRoot;
  while (root !== null) {
    if (root.id == id) return root;
    root = root.next;
  }
  return null;
}

/** Removes the root, and its program unless another root uses it. Anything but a root is ignored. */
export function removeRoot(id: u32): void {
  let before: Root | null = null;
  let root = firstRoot;
  while (root !== null && root.id != id) {
    before = root;
    root = root.next;
  }
  if (root === null) return;
  if (before === null) firstRoot = root.next;
  else before.next = root.next;
  useProgram(root, null);
  release(changetype<usize>(root));
}

/** Puts a program in force for the root. */
export function useProgram(root: Root, program: Program | null): void {
  const before = root.program;
  if (program !== null) program.users += 1;
  root.program = program;
  if (before === null) return;
  before.users -= 1;
  if (before.users == 0) releaseProgram(before);
}

/** A stream begins below a root. */
export function addStream(id: u32, root: u32): void {
  const pair = STREAMS + <usize>(id % MAX_STREAMS) * 8;
  store<u32>(pair, id);
  store<u32>(pair, root, 4);
}

/** The program in force for a stream. */
export function programOf(stream: u32): Program | null {
  const pair = STREAMS + <usize>(stream % MAX_STREAMS) * 8;
  const root = load<u32>(pair) == stream ? findRoot(load<u32>(pair, 4)) : firstRoot;
  return root === null ? null : root.program;
}
