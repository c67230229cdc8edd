import { Ascii } from '../ascii';
import { takePiece } from '../arena';
import { Regex } from '../program';
import {
  compileRegex,
  freeRegex,
  regexErrorCode,
  regexErrorPosition,
  regexErrorReason,
} from '../regex/compile';
import { Code, failMemberAt, hasFailed } from './failure';
import { arena, program } from './reading';

/** The table of a regular expression, which goes with the program; 0 after a failure. `member` is where it stands. */
export function compilePattern(pattern: usize, length: i32, member: Ascii): usize {
  const regex = changetype<Regex>(takePiece(arena, offsetof<Regex>()));
  const table = hasFailed ? 0 : compileRegex(pattern, length);
  if (table == 0) {
    failMemberAt(codeOf(regexErrorCode()), member, regexErrorReason(), regexErrorPosition());
    return 0;
  }
  regex.table = table;
  regex.next = program.regexes;
  program.regexes = regex;
  return table;
}

function codeOf(error: i32): Code {
  if (error == 1) return Code.InvalidRegex;
  return error == 2 ? Code.RegexTooLarge : Code.OutOfMemory;
}
