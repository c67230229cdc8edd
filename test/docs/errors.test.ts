import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Condition } from '../../agent/model/plugin-config.ts';
import { PluginUnderTest } from '../properties/plugin-under-test.ts';
import { Page } from './page.ts';

const codes = new Page('plugin-config.md').rows('## Errors').map(([code]) => code?.replaceAll('`', ''));

/** A configuration of rules with these conditions each. */
function rules(...conditions: readonly unknown[]): string {
  const list = conditions.map((condition, index) => ({
    id: `r${index}`,
    lane: 'l',
    conditions: [condition],
    headers: { remove: ['x'] },
  }));
  return JSON.stringify({ rules: list });
}

const anyone: Condition = { kind: 'path', operator: 'present' };
const path = (pattern: string): Condition => ({ kind: 'path', operator: 'regex', value: pattern });

const refused: readonly (readonly [code: string, pointer: string, config: string | Uint8Array])[] = [
  ['InvalidUtf8', '', Uint8Array.of(0x7b, 0xff, 0x7d)],
  ['InvalidJson', '/rules/0', '{"rules":[}'],
  ['InvalidJson', '/revision', '{"revision":"\\ud800"}'],
  ['TooLarge', '', ' '.repeat((16 << 20) + 1)],
  ['InvalidType', '/rules', '{"rules":null}'],
  ['InvalidType', '/rules/0/conditions/0/value', rules({ kind: 'header', name: 'x', operator: 'exact', value: 100 })],
  ['UnknownKey', '/rules/0/conditions/0/nmae', rules({ kind: 'header', nmae: 'x', operator: 'present' })],
  ['UnknownKey', '/rules/0/conditions/0/name', rules({ kind: 'path', name: 'x', operator: 'present' })],
  ['DuplicateKey', '/revision', '{"revision":"1","revision":"1"}'],
  ['MissingKey', '/rules/0/conditions/0/value', rules({ kind: 'path', operator: 'exact' })],
  ['MissingKey', '/rules/0/headers', rules(anyone).replace('"remove":["x"]', '')],
  ['InvalidValue', '/clientTag', '{"clientTag":"remove"}'],
  [
    'InvalidValue',
    '/rules/0/headers/set/0/name',
    rules(anyone)
      .replace('"remove"', '"remove":["x"],"set":[{"name":"X","value":""}],"add"')
      .replace('"add":["x"]', '"add":[]'),
  ],
  ['TooMany', '/rules/0/conditions/0/cidrs/64', rules({ kind: 'sourceIp', cidrs: Array(65).fill('10.0.0.1') })],
  ['DuplicateId', '/rules/1/id', rules(anyone, anyone).replace('"r1"', '"r0"')],
  ['UnknownSet', '/rules/0/conditions/0/set', rules({ kind: 'path', operator: 'in', set: 'nobody' })],
  ['InvalidRegex', '/rules/0/conditions/0/value', rules(path('(a'))],
  ['RegexTooLarge', '/rules/0/conditions/0/value', rules(path('.{0,1000}'))],
  ['UnboundMatchRule', '/_rules_/0', '{"_rules_":[{"_match_route_":[]}]}'],
];

test.each(refused)('%s at %s is said of such a configuration', (code, pointer, config) => {
  expect(new PluginUnderTest().configure(config)).toMatch(new RegExp(`^${code} at ${pointer}: .`));
});

test('docs/plugin-config.md explains exactly these codes, and the one for a machine without memory', () => {
  const plugin = readFileSync(new URL('../../build/plugin.wasm', import.meta.url)).toString('latin1');
  expect(plugin).toContain('OutOfMemory');
  expect(codes).toEqual([...new Set([...refused.map(([code]) => code), 'OutOfMemory'])]);
});

test('numbers too large for a configuration are refused, the largest that fits is not', () => {
  const sources = (count: number): string =>
    rules(
      ...Array.from({ length: count }, (_, index) => ({ kind: 'header', name: `x-${index}`, operator: 'present' })),
    );
  expect(new PluginUnderTest().configure(sources(1020))).toBeUndefined();
  expect(new PluginUnderTest().configure(sources(1100))).toMatch(/^TooMany at .*1024 different/);
});
