import { Arena, takePiece } from '../arena';
import { Lane, Program, RuleList } from '../program';
import { TextTable } from '../text-table';

/** What is known while a configuration is read, and not needed any more when it has been read. */

/** What is known of the list that is being read. */
@unmanaged
export class ListReading {
  list: RuleList;
  sets: TextTable;
  headers: TextTable;
  queries: TextTable;
  cookies: TextTable;
  /** Ids of rules. */
  ids: TextTable;
  /** How many different headers, query parameters and cookies the conditions compare. */
  sourceCount: i32;
  /** Which pseudo headers they ask for, one bit each. */
  pseudoHeaders: u32;
}

/** Memory of the program. */
export let arena: Arena = changetype<Arena>(0);
/** Memory that is given back after reading. */
export let temporary: Arena = changetype<Arena>(0);
export let program: Program = changetype<Program>(0);
export let current: ListReading = changetype<ListReading>(0);

/** Lanes of the program by name. */
export let lanes: TextTable = changetype<TextTable>(0);
let lastLane: Lane | null = null;

export function beginReading(target: Program, scratch: Arena): void {
  program = target;
  arena = target.arena;
  temporary = scratch;
  lanes = newTable();
  lastLane = null;
}

/** Begins a list; returns the one that was being read. */
export function beginList(list: RuleList): ListReading {
  const before = current;
  current = changetype<ListReading>(takePiece(temporary, offsetof<ListReading>()));
  current.list = list;
  current.sets = newTable();
  current.headers = newTable();
  current.queries = newTable();
  current.cookies = newTable();
  current.ids = newTable();
  return before;
}

/** Goes on with the list that was being read before. */
export function resumeList(before: ListReading): void {
  current = before;
}

/** Adds a lane to the program. */
export function appendLane(lane: Lane): void {
  const last = lastLane;
  if (last === null) program.lanes = lane;
  else last.next = lane;
  lastLane = lane;
}

function newTable(): TextTable {
  return changetype<TextTable>(takePiece(temporary, offsetof<TextTable>()));
}
