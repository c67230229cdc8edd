import { RE2JS } from 're2js';
import type { PathMatch, RuleList, TextCondition, TextOperator } from '../../agent/model/plugin-config.ts';
import { bytesOf, folded, textOf } from './request.ts';

/** Whether a value, undefined when the request has none, is as the condition wants it; without its negation. */
export function compares(condition: TextCondition, value: string | undefined, sets: RuleList['sets']): boolean {
  if (condition.operator === 'absent') return value === undefined;
  if (value === undefined) return false;
  if ('set' in condition) return (sets?.[condition.set] ?? []).some((id) => bytesOf(id) === value);
  return 'value' in condition ? comparesText(condition.operator, condition.value, condition.kind, value) : true;
}

function comparesText(operator: TextOperator, value: string, kind: TextCondition['kind'], actual: string): boolean {
  const wanted = kind === 'host' ? folded(bytesOf(value)) : bytesOf(value);
  switch (operator) {
    case 'exact':
      return actual === wanted;
    case 'prefix':
      return kind === 'path' ? hasSegments(actual, wanted) : actual.startsWith(wanted);
    case 'suffix':
      return actual.endsWith(wanted);
    case 'contains':
      return actual.includes(wanted);
    case 'regex':
      return fullyMatches(value, actual);
  }
}

/** Whether the path of a request is as a scope wants it. */
export function pathMatches({ operator, value }: PathMatch, path: string): boolean {
  return comparesText(operator, value, 'path', path);
}

/** A prefix by whole segments; slashes at its end do not count. */
function hasSegments(path: string, prefix: string): boolean {
  const segments = prefix.replace(/\/+$/, '');
  return segments === '' || path === segments || path.startsWith(`${segments}/`);
}

const compiled = new Map<string, RE2JS>();

function fullyMatches(pattern: string, value: string): boolean {
  const text = textOf(value);
  if (text === undefined) return false;
  const regex = compiled.get(pattern) ?? RE2JS.compile(pattern);
  if (compiled.size > 10_000) compiled.clear();
  compiled.set(pattern, regex);
  return regex.matches(text);
}
