import { isBlank } from '../bytes';
import { Condition, Operator } from '../program';
import { Kind } from './condition-keys';
import { Code, failMember, hasFailed } from './failure';
import { compilePattern } from './pattern';
import { lowerText } from './text';

/** Puts what a text is compared with into the condition. Sets are put in when all of the list has been read. */
export function fillOperand(condition: Condition, kind: Kind, text: usize, length: i32): void {
  condition.operand = text;
  condition.length = length;
  switch (condition.operator) {
    case Operator.Present:
    case Operator.Absent:
    case Operator.In:
      return;
    case Operator.Regex:
      condition.operand = compilePattern(text, length, 'value');
      return;
    default:
      break;
  }
  if (length == 0 && condition.operator != Operator.Exact) {
    failMember(Code.InvalidValue, 'value', 'must not be empty: use present instead');
    return;
  }
  if (kind == Kind.Header || kind == Kind.Cookie) checkBlanks(condition);
  if (kind == Kind.Host) condition.operand = lowerText(text, length);
  if (kind == Kind.Path && condition.operator == Operator.Prefix) fillSegments(condition);
}

/** A path prefix: whole segments, without the slash at its end. */
export function fillSegments(condition: Condition): void {
  if (condition.length == 0 || load<u8>(condition.operand) != 0x2f) {
    failMember(Code.InvalidValue, 'value', 'a path begins with a slash');
  }
  condition.operator = Operator.Segments;
  while (condition.length > 0 && load<u8>(condition.operand + condition.length - 1) == 0x2f) condition.length -= 1;
}

/** Blanks around it are no part of a value, so a comparison that needs them there never holds. */
function checkBlanks(condition: Condition): void {
  if (condition.length == 0 || hasFailed) return;
  const operator = condition.operator;
  const first = load<u8>(condition.operand);
  const last = load<u8>(condition.operand + condition.length - 1);
  const isLeading = isBlank(first) && (operator == Operator.Exact || operator == Operator.Prefix);
  const isTrailing = isBlank(last) && (operator == Operator.Exact || operator == Operator.Suffix);
  if (isLeading || isTrailing) {
    failMember(Code.InvalidValue, 'value', 'no value begins or ends with a blank, so this never holds');
  }
}
