import type { RuleList, TextCondition } from '../../agent/model/plugin-config.ts';
import { bytesOf } from '../reference/request.ts';
import type { Random } from './random.ts';
import { PATTERNS, TEXTS } from './vocabulary.ts';

/** A value for which a condition is likely to hold, or to fail by little. Undefined: there should be none. */
export function aimedValue(
  condition: TextCondition,
  shouldHold: boolean,
  sets: RuleList['sets'],
  random: Random,
): string | undefined {
  const wanted = shouldHold !== (condition.negate ?? false);
  if (condition.operator === 'absent') return wanted ? undefined : bytesOf(random.text(TEXTS));
  if (condition.operator === 'present') return wanted ? bytesOf(random.text(TEXTS)) : undefined;
  const value = holding(condition, sets, random);
  if (wanted) return value;
  return random.chance(0.4) ? undefined : missed(value, random);
}

function holding(condition: TextCondition, sets: RuleList['sets'], random: Random): string {
  if ('set' in condition) return bytesOf(random.text(sets?.[condition.set] ?? []));
  if (!('value' in condition)) return '';
  const value = bytesOf(condition.value);
  const more = random.text(['', 'x', '/x', '1', '\xff', '\xc3\xa9']);
  switch (condition.operator) {
    case 'exact':
      return value;
    case 'prefix':
      return condition.kind === 'path' ? value.replace(/\/+$/, '') + random.text(['', '/', '/x', '//']) : value + more;
    case 'suffix':
      return more + value;
    case 'contains':
      return more + value + more;
    case 'regex':
      return bytesOf(random.text(PATTERNS.get(condition.value) ?? []));
  }
}

function missed(value: string, random: Random): string {
  const at = random.below(value.length);
  switch (random.below(6)) {
    case 0:
      return value.slice(0, -1);
    case 1:
      return value + random.text(['x', ' ', '\0', '/', '\x80']);
    case 2:
      return random.text(['x', '\xc3', '/']) + value;
    case 3:
      return value.replace(/[a-zA-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) ^ 0x20));
    case 4:
      return value.slice(0, at) + String.fromCharCode(random.below(256)) + value.slice(at + 1);
    default:
      return bytesOf(random.text(TEXTS));
  }
}
