import { Ascii } from '../ascii';
import { release } from '../memory';
import { buildDfa } from './dfa';
import { code, forget, place, reason } from './failure';
import { buildNfa } from './nfa';
import { parse } from './parser';
import { openPattern } from './pattern';
import { closeWorkspace, openWorkspace, refillSteps } from './workspace';

/** The table of a pattern, for `regexMatches`; the caller frees it. 0 after a failure, which the functions below describe. */
export function compileRegex(pattern: usize, length: i32): usize {
  forget();
  openWorkspace();
  openPattern(pattern, length);
  const node = parse();
  const start = code == 0 ? buildNfa(node) : 0;
  const table = code == 0 ? buildDfa(start) : 0;
  closeWorkspace();
  return table;
}

/** 0: none, 1: not within the syntax, 2: too large, 3: no memory. */
export function regexErrorCode(): i32 {
  return code;
}

/** Where in the pattern, in bytes. */
export function regexErrorPosition(): i32 {
  return place;
}

/** What is wrong, and what to do about it. */
export function regexErrorReason(): Ascii {
  return reason;
}

export function freeRegex(table: usize): void {
  release(table);
}

/** All patterns of a configuration share a bounded number of steps, so that many of them cannot stall a gateway. */
export function resetRegexBudget(): void {
  refillSteps();
}
