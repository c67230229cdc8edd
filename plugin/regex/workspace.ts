import { Arena, releaseArena, takePiece, takeTable } from '../arena';
import { code, NO_MEMORY, refuse, TOO_LARGE } from './failure';

/** Memory and time for compiling one pattern. Memory is given back when it is compiled; time is shared by all patterns of a configuration. */

/** Steps of all patterns together; some ten nanoseconds each. */
const MAX_STEPS: i32 = 8_000_000;

export const WORKSPACE: Arena = changetype<Arena>(memory.data(32, 8));
let steps: i32 = MAX_STEPS;

/** A new configuration begins. */
export function refillSteps(): void {
  steps = MAX_STEPS;
}

export function openWorkspace(): void {
  memory.fill(changetype<usize>(WORKSPACE), 0, offsetof<Arena>());
}

export function closeWorkspace(): void {
  releaseArena(WORKSPACE);
}

/** Counts steps; false when there were too many, or something else is wrong. */
export function goOn(count: i32): bool {
  steps -= count;
  if (steps < 0) refuse(TOO_LARGE, 0, 'the patterns of this configuration take too long to compile: simplify them');
  return code == 0;
}

/** Zeroed memory for something small. */
export function piece(size: usize): usize {
  const taken = takePiece(WORKSPACE, size);
  if (WORKSPACE.isExhausted) refuse(NO_MEMORY, 0, 'no memory to compile it');
  return taken;
}

/** Zeroed memory for something large; 0 when there is none. */
export function table(size: usize): usize {
  const taken = takeTable(WORKSPACE, size);
  if (taken == 0) refuse(NO_MEMORY, 0, 'no memory to compile it');
  return taken;
}
