import { Arena, releaseArena } from '../arena';
import { validUtf8 } from '../json/utf8';
import { expectEnd, isAtEnd, openJson } from '../json/reader';
import { allocate, release } from '../memory';
import { murmur } from '../murmur';
import { Program, Regex } from '../program';
import { freeRegex, resetRegexBudget } from '../regex/compile';
import { Code, fail, failAt, forgetFailure, hasFailed } from './failure';
import { beginList, beginReading } from './reading';
import { emptyList, readTop } from './rule-list';
import { finishList } from './finish';

/** The largest configuration that is read, in bytes. */
export const MAX_SIZE: i32 = 16 << 20;

const TEMPORARY: Arena = changetype<Arena>(memory.data(32, 8));

/**
 * Compiles a configuration, whose memory it takes over: it goes with the program, or at once when the configuration is bad. Null
 * when it is; then the verdict says why. Nothing and `{}` are good: there are no lanes.
 */
export function compileProgram(text: usize, length: i32): Program | null {
  forgetFailure();
  const program = newProgram(text);
  if (program === null) {
    fail(Code.OutOfMemory, 'no memory for a configuration');
    release(text);
    return null;
  }
  read(program, text, length);
  releaseArena(TEMPORARY);
  if (!hasFailed) return program;
  releaseProgram(program);
  return null;
}

/** Gives back the memory of a program. */
export function releaseProgram(program: Program): void {
  let regex: Regex | null = program.regexes;
  while (regex !== null) {
    freeRegex(regex.table);
    regex = regex.next;
  }
  release(program.text);
  releaseArena(program.arena);
  release(changetype<usize>(program));
}

function newProgram(text: usize): Program | null {
  const size = (offsetof<Program>() + 15) & ~15;
  const block = allocate(size + offsetof<Arena>());
  if (block == 0) return null;
  memory.fill(block, 0, size + offsetof<Arena>());
  const program = changetype<Program>(block);
  program.arena = changetype<Arena>(block + size);
  program.text = text;
  return program;
}

function read(program: Program, text: usize, length: i32): void {
  memory.fill(changetype<usize>(TEMPORARY), 0, offsetof<Arena>());
  beginReading(program, TEMPORARY);
  resetRegexBudget();
  openJson(text, length, program.arena);
  const valid = validUtf8(text, length);
  if (valid < length) return failAt(Code.InvalidUtf8, 'the configuration is not UTF-8', valid);
  if (isAtEnd()) {
    program.top = emptyList();
    beginList(program.top);
    finishList();
    return;
  }
  readTop();
  expectEnd();
  if (!program.hasRevision) program.revision = murmur(text, length, 0);
}
