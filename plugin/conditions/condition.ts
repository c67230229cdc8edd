import { indexOfText, sameBytes, sameText } from '../bytes';
import { murmur } from '../murmur';
import { Condition, Operator } from '../program';
import { regexMatches } from '../regex/match';
import { loadSource } from '../sources/source';
import { findText, TextTable } from '../text-table';
import { isInNetwork } from './network';
import { isBelow } from './segments';

const BASIS_POINTS: u32 = 10000;

/** True when the condition holds for the current request. A missing value satisfies only `absent` and negations. */
export function holds(condition: Condition): bool {
  const source = condition.source;
  loadSource(source);
  const isMissing = source.length < 0;
  const outcome = isMissing ? condition.operator == Operator.Absent : compare(condition, source.value, source.length);
  return outcome != condition.isNegated;
}

function compare(condition: Condition, value: usize, length: i32): bool {
  const operand = condition.operand;
  const size = condition.length;
  switch (condition.operator) {
    case Operator.Present:
      return true;
    case Operator.Absent:
      return false;
    case Operator.Exact:
      return sameText(value, length, operand, size);
    case Operator.Prefix:
      return length >= size && sameBytes(value, operand, size);
    case Operator.Suffix:
      return length >= size && sameBytes(value + (length - size), operand, size);
    case Operator.Contains:
      return indexOfText(value, length, operand, size) >= 0;
    case Operator.Regex:
      return regexMatches(operand, value, length);
    case Operator.In:
      return findText(changetype<TextTable>(operand), value, length) != 0;
    case Operator.Segments:
      return isBelow(value, length, operand, size);
    case Operator.Networks:
      return isInNetwork(value, operand);
    default:
      return murmur(value, length, condition.seed) % BASIS_POINTS < condition.basisPoints;
  }
}
