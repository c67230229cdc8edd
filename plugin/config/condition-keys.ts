import { Ascii } from '../ascii';
import { Operator } from '../program';
import { Code, failMember } from './failure';

/** The keys of a condition, and which of them go together. */

export const enum Kind {
  None,
  Header,
  Query,
  Cookie,
  Path,
  Method,
  Host,
  SourceIp,
  Percent,
}

/** One bit for each key. */
export const enum Key {
  Kind = 1,
  Negate = 2,
  Name = 4,
  Operator = 8,
  Value = 16,
  Set = 32,
  Cidrs = 64,
  BasisPoints = 128,
  Salt = 256,
  Key = 512,
}

/** Fails unless the keys that were there are those that the kind and the operator need and allow. */
export function checkKeys(seen: u32, kind: Kind, operator: i32): bool {
  if (!need(seen, Key.Kind)) return false;
  const always = Key.Kind | Key.Negate;
  if (kind == Kind.SourceIp) return need(seen, Key.Cidrs) && allow(seen, always | Key.Cidrs);
  if (kind == Kind.Percent) {
    if (!need(seen, Key.BasisPoints) || !need(seen, Key.Salt)) return false;
    return allow(seen, always | Key.BasisPoints | Key.Salt | Key.Key);
  }
  const isNamed = kind <= Kind.Cookie;
  if ((isNamed && !need(seen, Key.Name)) || !need(seen, Key.Operator)) return false;
  const operand = operandOf(operator);
  if (operand != 0 && !need(seen, operand)) return false;
  return allow(seen, always | Key.Operator | operand | (isNamed ? Key.Name : 0));
}

/** The key that an operator compares with; 0 for none. */
function operandOf(operator: i32): u32 {
  if (operator == Operator.In) return Key.Set;
  return operator == Operator.Present || operator == Operator.Absent ? 0 : Key.Value;
}

function need(seen: u32, key: u32): bool {
  if ((seen & key) != 0) return true;
  failMember(Code.MissingKey, nameOf(key), 'a condition of this kind and operator needs this key');
  return false;
}

function allow(seen: u32, allowed: u32): bool {
  const extra = seen & ~allowed;
  if (extra == 0) return true;
  failMember(Code.UnknownKey, nameOf(extra & (0 - extra)), 'a condition of this kind and operator has no such key');
  return false;
}

function nameOf(key: u32): Ascii {
  switch (key) {
    case Key.Kind:
      return 'kind';
    case Key.Name:
      return 'name';
    case Key.Operator:
      return 'operator';
    case Key.Value:
      return 'value';
    case Key.Set:
      return 'set';
    case Key.Cidrs:
      return 'cidrs';
    case Key.BasisPoints:
      return 'basisPoints';
    case Key.Salt:
      return 'salt';
    default:
      return 'key';
  }
}
