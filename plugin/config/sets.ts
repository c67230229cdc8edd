import { takePiece } from '../arena';
import { countStrings, enterArray, enterObject, length, nextItem, nextKey, text } from '../json/reader';
import { addText, findText, openTable, putText, TextTable } from '../text-table';
import { Code, fail } from './failure';
import { arena, current, temporary } from './reading';
import { MAX_NAME, MAX_VALUE, readSized, refuse } from './text';

const MAX_SETS: i32 = 1000;
const MAX_IDS: i32 = 100_000;

/** Reads the named sets of ids. */
export function readSets(): void {
  if (!enterObject()) return;
  while (nextKey()) {
    if (length == 0 || length > MAX_NAME) refuse('the name of a set must have 1 to 253 bytes');
    if (findText(current.sets, text, length) != 0) fail(Code.DuplicateKey, 'the key stands here twice');
    if (current.sets.count == MAX_SETS) fail(Code.TooMany, 'there may be 1000 sets');
    const name = text;
    const size = length;
    addText(current.sets, temporary, name, size, changetype<usize>(readSet()));
  }
}

function readSet(): TextTable {
  const set = changetype<TextTable>(takePiece(arena, offsetof<TextTable>()));
  if (!enterArray()) return set;
  const most = countStrings();
  if (!openTable(set, arena, most < MAX_IDS ? most : MAX_IDS)) return set;
  let count = 0;
  while (nextItem()) {
    count += 1;
    if (count > MAX_IDS) fail(Code.TooMany, 'a set may have 100000 ids');
    if (readSized(1, MAX_VALUE)) putText(set, text, length, 1);
  }
  return set;
}
