import { takePiece } from '../arena';
import { enterArray, length, nextItem, text } from '../json/reader';
import { Pattern } from '../program';
import { arena } from './reading';
import { lowerText, MAX_VALUE, readSized } from './text';

/** Reads patterns of routes, services or domains; null when there is none. Domains are compared in lower case. */
export function readPatterns(isDomain: bool): Pattern | null {
  let first: Pattern | null = null;
  if (!enterArray()) return null;
  while (nextItem()) {
    if (!readSized(1, MAX_VALUE)) continue;
    const pattern = changetype<Pattern>(takePiece(arena, offsetof<Pattern>()));
    pattern.text = isDomain ? lowerText(text, length) : text;
    pattern.length = length;
    pattern.next = first;
    first = pattern;
  }
  return first;
}
