import type { Condition } from '../../agent/model/plugin-config.ts';
import { tagRule } from '../rules.ts';
import type { PluginCase } from './cases.ts';
import { request } from './request.ts';

/** Bytes of the values that are compared. */
export const LENGTHS = [16, 256, 4096] as const;

/** A regular expression, and values of every length on which all bytes are looked at. */
export interface RegexCase {
  readonly pattern: string;
  readonly value: (length: number) => string;
  readonly isMatch: boolean;
}

export const REGEXES: readonly RegexCase[] = [
  { pattern: 'u[0-9]+', value: (length) => `u${'7'.repeat(length - 1)}`, isMatch: true },
  {
    pattern: '[a-z0-9.]+@[a-z0-9-]+\\.example',
    value: (length) => `${'ab1.'.repeat(length).slice(0, length - 10)}@a.example`,
    isMatch: true,
  },
  { pattern: '.*(curl|wget|python).*', value: (length) => 'Mozilla/5.0 (X) '.repeat(length / 16), isMatch: false },
  { pattern: '(a+)+', value: (length) => `${'a'.repeat(length - 1)}!`, isMatch: false },
  { pattern: '[^/]+', value: (length) => 'äöüß'.repeat(length / 8), isMatch: true },
];

/** The expression on a value of that many bytes. */
export function regexCase({ pattern, value, isMatch }: RegexCase, length: number): PluginCase {
  const condition: Condition = { kind: 'header', name: 'x-user-id', operator: 'regex', value: pattern };
  return {
    name: `regex ${pattern} on ${length} bytes`,
    config: { rules: [tagRule('one', condition)] },
    requests: [request('/', ['x-user-id', value(length)])],
    gray: isMatch ? 1 : 0,
  };
}
