import { takePiece } from '../arena';
import { sameText } from '../bytes';
import { enterArray, enterObject, isKey, length, nextItem, nextKey, text } from '../json/reader';
import { Change, ChangeKind } from '../program';
import { Code, fail, failMember, hasFailed } from './failure';
import { once, refuseKey } from './members';
import { arena } from './reading';
import { folded, readFieldValue, readHeaderName } from './text';

const MAX_CHANGES: i32 = 64;

let first: Change | null = null;
let last: Change | null = null;
let count: i32 = 0;

/** Reads what a rule does to the headers. What it returns means nothing after a failure. */
export function readChanges(): Change | null {
  first = null;
  last = null;
  count = 0;
  let seen: u32 = 0;
  if (!enterObject()) return null;
  while (nextKey()) {
    if (isKey('set')) {
      seen = once(seen, 1);
      readAll(ChangeKind.Set);
    } else if (isKey('add')) {
      seen = once(seen, 2);
      readAll(ChangeKind.Add);
    } else if (isKey('remove')) {
      seen = once(seen, 4);
      readAll(ChangeKind.Remove);
    } else {
      refuseKey();
    }
  }
  if (!hasFailed && count == 0) fail(Code.MissingKey, 'a rule must change at least one header, by set, add or remove');
  return first;
}

function readAll(kind: ChangeKind): void {
  if (!enterArray()) return;
  while (nextItem()) {
    const change = changetype<Change>(takePiece(arena, offsetof<Change>()));
    change.kind = kind;
    if (kind == ChangeKind.Remove) readTarget(change);
    else readNameAndValue(change);
    append(change);
  }
}

function readNameAndValue(change: Change): void {
  let seen: u32 = 0;
  if (!enterObject()) return;
  while (nextKey()) {
    if (isKey('name')) {
      seen = once(seen, 1);
      readTarget(change);
    } else if (isKey('value')) {
      seen = once(seen, 2);
      if (readFieldValue()) {
        change.value = text;
        change.valueLength = length;
      }
    } else {
      refuseKey();
    }
  }
  if (!hasFailed && (seen & 1) == 0) failMember(Code.MissingKey, 'name', 'a header needs this key');
  if (!hasFailed && (seen & 2) == 0) failMember(Code.MissingKey, 'value', 'a header needs this key');
}

/** Reads the name of the header that is changed. */
function readTarget(change: Change): void {
  if (!readHeaderName()) return;
  change.name = folded;
  change.nameLength = length;
  let other = first;
  while (other !== null) {
    if (sameText(other.name, other.nameLength, folded, length)) {
      fail(Code.InvalidValue, 'the header is changed twice by this rule');
      return;
    }
    other = other.next;
  }
}

function append(change: Change): void {
  if (hasFailed) return;
  count += 1;
  if (count > MAX_CHANGES) fail(Code.TooMany, 'a rule may change 64 headers');
  const before = last;
  if (before === null) first = change;
  else before.next = change;
  last = change;
}
