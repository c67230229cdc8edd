import { describe, test } from 'vitest';
import { a, expectRefused, type Fault, type Json, many, named, rule, twice } from './faults.ts';

const scope = (...entries: readonly unknown[]): Json => rule({ scope: entries });
const host = (given: unknown): Json => scope({ hosts: [given] });
const path = (given: unknown): Json => scope({ paths: [given] });

/** Faults of a scope. */
const SCOPES: readonly Fault[] = [
  ['InvalidType', rule({ scope: {} }), '/rules/0/scope', 'must be an array'],
  ['InvalidValue', scope(), '/rules/0/scope', 'must not be empty'],
  ['TooMany', scope(...many(65, () => ({ hosts: ['a'] }))), '/rules/0/scope/64', '64 entries'],
  ['InvalidType', scope('a.io'), '/rules/0/scope/0', 'must be an object'],
  ['MissingKey', scope({}), '/rules/0/scope/0', 'needs hosts, paths or both'],
  ['UnknownKey', scope({ host: 'a' }), '/rules/0/scope/0/host', 'no such key'],
  ['InvalidType', scope({ hosts: 'a.io' }), '/rules/0/scope/0/hosts', 'must be an array'],
  ['InvalidValue', scope({ hosts: [] }), '/rules/0/scope/0/hosts', 'must not be empty'],
  ['TooMany', scope({ hosts: many(65, () => 'a') }), '/rules/0/scope/0/hosts/64', '64 hosts'],
  ['InvalidType', host(1), '/rules/0/scope/0/hosts/0', 'must be a string'],
  ['InvalidValue', host(''), '/rules/0/scope/0/hosts/0', 'must not be empty'],
  ['InvalidValue', host(a(254)), '/rules/0/scope/0/hosts/0', 'longer than 253 bytes'],
  ['InvalidValue', host('*'), '/rules/0/scope/0/hosts/0', 'leave hosts out for all hosts'],
  ['InvalidValue', host('**'), '/rules/0/scope/0/hosts/0', 'leave hosts out for all hosts'],
  ['InvalidValue', host('*.'), '/rules/0/scope/0/hosts/0', 'behind a star'],
  ['InvalidValue', host('*a.io'), '/rules/0/scope/0/hosts/0', 'behind a star'],
  ['InvalidValue', host('***.io'), '/rules/0/scope/0/hosts/0', 'behind a star'],
  ['InvalidValue', host('a.*.io'), '/rules/0/scope/0/hosts/0', 'a star may stand for its first label only'],
  ['InvalidValue', host('*.*.io'), '/rules/0/scope/0/hosts/0', 'a star may stand for its first label only'],
  ['InvalidValue', host('a.io:80'), '/rules/0/scope/0/hosts/0', 'without a port'],
  ['InvalidValue', host('::1'), '/rules/0/scope/0/hosts/0', 'without a port'],
  ['InvalidValue', host('[::1]:80'), '/rules/0/scope/0/hosts/0', 'without a port'],
  ['InvalidValue', host('a.io/b'), '/rules/0/scope/0/hosts/0', 'must be a host name'],
  ['InvalidValue', host('a b'), '/rules/0/scope/0/hosts/0', 'must be a host name'],
  ['InvalidValue', host('a\u007f'), '/rules/0/scope/0/hosts/0', 'must be a host name'],
  ['InvalidType', scope({ paths: {} }), '/rules/0/scope/0/paths', 'must be an array'],
  ['InvalidValue', scope({ paths: [] }), '/rules/0/scope/0/paths', 'must not be empty'],
  [
    'TooMany',
    scope({ paths: many(65, () => ({ operator: 'exact', value: '/' })) }),
    '/rules/0/scope/0/paths/64',
    '64 paths',
  ],
  ['InvalidType', path('/a'), '/rules/0/scope/0/paths/0', 'must be an object'],
  ['UnknownKey', path({ type: 'x' }), '/rules/0/scope/0/paths/0/type', 'no such key'],
  ['MissingKey', path({ value: '/a' }), '/rules/0/scope/0/paths/0/operator', 'needs this key'],
  ['MissingKey', path({ operator: 'exact' }), '/rules/0/scope/0/paths/0/value', 'needs this key'],
  ['InvalidType', path({ operator: 1 }), '/rules/0/scope/0/paths/0/operator', 'must be a string'],
  ['InvalidValue', path({ operator: 'suffix' }), '/rules/0/scope/0/paths/0/operator', 'exact, prefix or regex'],
  ['InvalidType', path({ value: 1 }), '/rules/0/scope/0/paths/0/value', 'must be a string'],
  ['InvalidValue', path({ value: '' }), '/rules/0/scope/0/paths/0/value', 'must not be empty'],
  ['InvalidValue', path({ value: a(4097) }), '/rules/0/scope/0/paths/0/value', 'longer than 4096'],
  ['InvalidValue', path({ operator: 'exact', value: 'a' }), '/rules/0/scope/0/paths/0/value', 'begins with a slash'],
  ['InvalidValue', path({ operator: 'prefix', value: 'a' }), '/rules/0/scope/0/paths/0/value', 'begins with a slash'],
  ['InvalidRegex', path({ operator: 'regex', value: '/(' }), '/rules/0/scope/0/paths/0/value', 'at byte'],
  ...['hosts', 'paths'].map(
    (key): Fault => [
      'DuplicateKey',
      twice(scope({ hosts: ['a'], paths: [{ operator: 'exact', value: '/' }] }), key),
      `/rules/0/scope/0/${key}`,
      'twice',
    ],
  ),
  ...['operator', 'value'].map(
    (key): Fault => [
      'DuplicateKey',
      `{"rules":[{"id":"r","scope":[{"paths":[{${Array(2).fill(`"${key}":"exact"`)}}]}]}]}`,
      `/rules/0/scope/0/paths/0/${key}`,
      'twice',
    ],
  ),
];

describe('a scope is refused by the id of its rule', () => {
  test.each(named(SCOPES))('%s', (_, fault) => expectRefused(fault, 'r'));
});
