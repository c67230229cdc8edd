import { peek, readPoint, seek, position, skipLiteral } from './pattern';
import { complement, folded, Range, withRange } from './ranges';

/** Named groups of characters: `\d` and its like, and `[:alpha:]` and its like. All are of ASCII. */

/** What was read last. */
export let group: Range | null = null;

/** Reads `\d`, `\s`, `\w` or their opposites behind a backslash; false, and nothing is read, when something else is there. */
export function readPerlGroup(isFolding: bool): bool {
  const byte = peek();
  const letter = byte | 0x20;
  let set: Range | null = null;
  if (letter == 0x64) set = digits(null);
  else if (letter == 0x73) set = withRange(withRange(withRange(null, 9, 10), 12, 13), 32, 32);
  else if (letter == 0x77) set = withRange(letters(digits(null)), 0x5f, 0x5f);
  else return false;
  readPoint();
  take(set, byte != letter, isFolding);
  return true;
}

/** Reads `[:name:]` or `[:^name:]` where `[:` comes next; false, and nothing is read, when something else is there. */
export function readPosixGroup(isFolding: bool): bool {
  const start = position();
  skipLiteral('[:');
  const isNegated = skipLiteral('^');
  const set = namedGroup();
  if (set !== null && skipLiteral(':]')) {
    take(set, isNegated, isFolding);
    return true;
  }
  seek(start);
  return false;
}

function take(set: Range | null, isNegated: bool, isFolding: bool): void {
  const whole = isFolding ? folded(set) : set;
  group = isNegated ? complement(whole) : whole;
}

function namedGroup(): Range | null {
  if (skipLiteral('alnum')) return letters(digits(null));
  if (skipLiteral('alpha')) return letters(null);
  if (skipLiteral('ascii')) return withRange(null, 0, 0x7f);
  if (skipLiteral('blank')) return withRange(withRange(null, 9, 9), 32, 32);
  if (skipLiteral('cntrl')) return withRange(withRange(null, 0, 31), 127, 127);
  if (skipLiteral('digit')) return digits(null);
  if (skipLiteral('graph')) return withRange(null, 33, 126);
  if (skipLiteral('lower')) return withRange(null, 0x61, 0x7a);
  if (skipLiteral('print')) return withRange(null, 32, 126);
  if (skipLiteral('punct')) return withRange(withRange(withRange(withRange(null, 33, 47), 58, 64), 91, 96), 123, 126);
  if (skipLiteral('space')) return withRange(withRange(null, 9, 13), 32, 32);
  if (skipLiteral('upper')) return withRange(null, 0x41, 0x5a);
  if (skipLiteral('word')) return withRange(letters(digits(null)), 0x5f, 0x5f);
  if (skipLiteral('xdigit')) return withRange(withRange(digits(null), 0x41, 0x46), 0x61, 0x66);
  return null;
}

function digits(set: Range | null): Range | null {
  return withRange(set, 0x30, 0x39);
}

function letters(set: Range | null): Range | null {
  return withRange(withRange(set, 0x41, 0x5a), 0x61, 0x7a);
}
