import { describe, expect, test } from 'vitest';
import type {
  HeaderChanges,
  HeaderValue,
  HigressRule,
  NamedSource,
  PathMatch,
  PercentCondition,
  PluginConfig,
  Rule,
  ScopeEntry,
} from '../../agent/model/plugin-config.ts';
import { Page } from './page.ts';
import { schemaKeys } from './schema-keys.ts';

const page = new Page('plugin-config.md');
const keyRows = page.rows('## Keys').filter((cells) => cells.length === 5 && (cells[0] ?? '').startsWith('`'));
const keys = schemaKeys();

const nameOf = (cell: string | undefined): string => /^`([^`]+)`$/.exec(cell ?? '')?.[1] ?? '';

describe('the tables of keys', () => {
  test('have a row for exactly the keys of the schema', () => {
    expect(keyRows.map(([key]) => nameOf(key)).sort()).toEqual(keys.map(({ path }) => path).sort());
  });

  test.each(keys)('have the limits that the schema gives to $path', ({ path, nodes }) => {
    const [, , , limits = '', meaning = ''] = keyRows.find(([key]) => nameOf(key) === path) ?? [];
    const figures = nodes.flatMap((node) =>
      ['minItems', 'maxItems', 'maxProperties', 'maxLength', 'minLength', 'maximum'].flatMap(
        (name) => node[name] ?? [],
      ),
    );
    const words = nodes.flatMap((node) => (Array.isArray(node['enum']) ? node['enum'] : (node['const'] ?? [])));
    const written = new Set(`${limits} ${meaning}`.match(/[A-Za-z]+|\d+/g));
    // One entry or one byte at least: said as "1 to", or as "at least one".
    const missing = [...figures, ...words].filter((each) => !written.has(String(each)) && each !== 1);
    expect(missing).toEqual([]);
  });

  test.each(keys)('have the type of $path', ({ path, nodes }) => {
    const names: Readonly<Record<string, string>> = { array: 'list' };
    const types = nodes
      .flatMap((node) => node['type'] ?? [])
      .flatMap((one) => (typeof one === 'string' ? [names[one] ?? one] : []));
    const [, type] = keyRows.find(([key]) => nameOf(key) === path) ?? [];
    expect([...new Set(types.length > 0 ? types : ['string'])].join(', ')).toBe(type);
  });

  test('have the defaults of the schema', () => {
    const defaults = keys.flatMap(({ path, nodes }) =>
      nodes.flatMap((node) => (node['default'] === undefined ? [] : [[path, node['default']]])),
    );
    const plain = defaults.filter(([, value]) => typeof value !== 'object');
    expect(plain.length).toBeGreaterThan(2);
    for (const [path, value] of plain) {
      expect(keyRows.find(([key]) => nameOf(key) === path)?.[2]).toBe(`\`${value}\``);
    }
  });
});

describe('the types of agent/model/plugin-config.ts', () => {
  // The compiler refuses a list that is not the keys of the type.
  const top: Record<keyof PluginConfig, true> = {
    revision: true,
    tagHeader: true,
    clientTag: true,
    sets: true,
    rules: true,
    _rules_: true,
  };
  const bindings: Record<Exclude<keyof HigressRule, keyof PluginConfig>, true> = {
    _match_route_: true,
    _match_domain_: true,
    _match_service_: true,
    _match_route_prefix_: true,
  };
  const rule: Record<keyof Rule, true> = { id: true, lane: true, conditions: true, scope: true, headers: true };
  const scope: Record<keyof ScopeEntry, true> = { hosts: true, paths: true };
  const path: Record<keyof PathMatch, true> = { operator: true, value: true };
  const changes: Record<keyof HeaderChanges, true> = { set: true, add: true, remove: true };
  const header: Record<keyof HeaderValue, true> = { name: true, value: true };
  const percent: Record<keyof PercentCondition, true> = {
    kind: true,
    basisPoints: true,
    salt: true,
    key: true,
    negate: true,
  };
  const source: Record<keyof NamedSource, true> = { kind: true, name: true };

  const childrenOf = (parent: string): readonly string[] =>
    keys
      .map((key) => key.path)
      .filter((key) => key.startsWith(parent) && /^[A-Za-z_]+$/.test(key.slice(parent.length)))
      .map((key) => key.slice(parent.length))
      .sort();

  test.each([
    ['', top],
    ['_rules_[].', bindings],
    ['rules[].', rule],
    ['rules[].scope[].', scope],
    ['rules[].scope[].paths[].', path],
    ['rules[].headers.', changes],
    ['rules[].headers.set[].', header],
    ['rules[].headers.add[].', header],
    ['rules[].conditions[].key.', source],
  ])('have the keys that the schema has under "%s"', (parent, type) => {
    expect(childrenOf(parent)).toEqual(Object.keys(type).sort());
  });

  test('have the keys that the schema gives to conditions', () => {
    const others = { name: true, operator: true, value: true, set: true, cidrs: true };
    expect(childrenOf('rules[].conditions[].')).toEqual(Object.keys({ ...percent, ...others }).sort());
  });
});
