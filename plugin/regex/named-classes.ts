import { isLiteral } from '../bytes';
import { addFolded } from './fold';
import { List } from './list';
import { addComplement, addRange, addSet } from './ranges';

/** Classes with a name. Their members are written as pairs: first and last character of each range. None is longer than that. */
const DIGIT: string = '09';
const WORD: string = '09AZ__az';
/** Without the vertical tab, as in Perl and RE2. */
const PERL_SPACE: string = '\t\n\f\r  ';

/** Pairs of `\d`, `\s`, `\w` and their negations; empty for another letter. */
export function perlClass(letter: i32): string {
  const lower = letter | 0x20;
  if (lower == 0x64) return DIGIT;
  if (lower == 0x73) return PERL_SPACE;
  if (lower == 0x77) return WORD;
  return '';
}

/** Pairs of a POSIX class by its name; empty for another name. */
export function posixClass(name: usize, length: i32): string {
  if (isLiteral(name, length, 'alnum')) return '09AZaz';
  if (isLiteral(name, length, 'alpha')) return 'AZaz';
  if (isLiteral(name, length, 'ascii')) return '\0\x7f';
  if (isLiteral(name, length, 'blank')) return '\t\t  ';
  if (isLiteral(name, length, 'cntrl')) return '\0\x1f\x7f\x7f';
  if (isLiteral(name, length, 'digit')) return DIGIT;
  if (isLiteral(name, length, 'graph')) return '!~';
  if (isLiteral(name, length, 'lower')) return 'az';
  if (isLiteral(name, length, 'print')) return ' ~';
  if (isLiteral(name, length, 'punct')) return '!/:@[`{~';
  if (isLiteral(name, length, 'space')) return '\t\r  ';
  if (isLiteral(name, length, 'upper')) return 'AZ';
  if (isLiteral(name, length, 'word')) return WORD;
  if (isLiteral(name, length, 'xdigit')) return '09AFaf';
  return '';
}

const MEMBERS: List = changetype<List>(memory.data(16, 8));

/** Adds the members of a class, or all others when it is negated. `folds`: under `(?i)`; a negated class is folded first. */
export function addPairs(set: List, pairs: string, isNegated: bool, folds: bool): void {
  MEMBERS.length = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const low = unitAt(pairs, i);
    const high = unitAt(pairs, i + 1);
    if (folds) addFolded(MEMBERS, low, high);
    else addRange(MEMBERS, low, high);
  }
  if (isNegated) addComplement(set, MEMBERS);
  else addSet(set, MEMBERS);
}

/** The list that classes are put together in; to be dropped at the end. */
export function namedMembers(): List {
  return MEMBERS;
}

function unitAt(text: string, index: i32): i32 {
  return load<u16>(changetype<usize>(text) + (<usize>index << 1));
}
