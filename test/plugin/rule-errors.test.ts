import { describe, test } from 'vitest';
import { a, CONDITION, expectRefused, type Fault, type Json, many, named, RULE, rule, twice } from './faults.ts';

const changes = (headers: unknown): Json => rule({ headers });

/** Faults of a rule. */
const RULES: readonly Fault[] = [
  ['UnknownKey', rule({ name: 'x' }), '/rules/0/name', 'no such key'],
  ['MissingKey', { rules: [{ ...RULE, lane: undefined }] }, '/rules/0/lane', 'a rule needs this key'],
  ['MissingKey', { rules: [{ ...RULE, conditions: undefined }] }, '/rules/0/conditions', 'a rule needs this key'],
  ['MissingKey', { rules: [{ ...RULE, headers: undefined }] }, '/rules/0/headers', 'a rule needs this key'],
  ['InvalidType', rule({ lane: 1 }), '/rules/0/lane', 'must be a string'],
  ['InvalidValue', rule({ lane: '' }), '/rules/0/lane', 'must not be empty'],
  ['InvalidValue', rule({ lane: 'a b' }), '/rules/0/lane', 'letters, digits'],
  ['InvalidValue', rule({ lane: 'é' }), '/rules/0/lane', 'letters, digits'],
  ['InvalidValue', rule({ lane: a(254) }), '/rules/0/lane', 'longer than 253 bytes'],
  ['InvalidType', rule({ conditions: {} }), '/rules/0/conditions', 'must be an array'],
  ['InvalidValue', rule({ conditions: [] }), '/rules/0/conditions', 'must not be empty'],
  ['TooMany', rule({ conditions: many(65, () => CONDITION) }), '/rules/0/conditions/64', '64 conditions'],
  ['InvalidType', rule({ headers: [] }), '/rules/0/headers', 'must be an object'],
  ['MissingKey', changes({}), '/rules/0/headers', 'at least one header'],
  ['MissingKey', changes({ set: [], add: [], remove: [] }), '/rules/0/headers', 'at least one header'],
  ['UnknownKey', changes({ replace: [] }), '/rules/0/headers/replace', 'no such key'],
  ['InvalidType', changes({ set: {} }), '/rules/0/headers/set', 'must be an array'],
  ['InvalidType', changes({ set: ['x'] }), '/rules/0/headers/set/0', 'must be an object'],
  ['InvalidType', changes({ remove: [{ name: 'x' }] }), '/rules/0/headers/remove/0', 'must be a string'],
  ['UnknownKey', changes({ set: [{ name: 'x', values: [] }] }), '/rules/0/headers/set/0/values', 'no such key'],
  ['MissingKey', changes({ set: [{ value: '1' }] }), '/rules/0/headers/set/0/name', 'needs this key'],
  ['MissingKey', changes({ add: [{ name: 'x' }] }), '/rules/0/headers/add/0/value', 'needs this key'],
  ['InvalidType', changes({ set: [{ name: 1, value: '1' }] }), '/rules/0/headers/set/0/name', 'must be a string'],
  ['InvalidType', changes({ set: [{ name: 'x', value: 1 }] }), '/rules/0/headers/set/0/value', 'must be a string'],
  ['InvalidValue', changes({ set: [{ name: ':path', value: '' }] }), '/rules/0/headers/set/0/name', 'a token'],
  ['InvalidValue', changes({ remove: ['HOST'] }), '/rules/0/headers/remove/0', 'host cannot be changed'],
  ['InvalidValue', changes({ remove: [''] }), '/rules/0/headers/remove/0', 'must be a token'],
  ['InvalidValue', changes({ set: [{ name: 'x', value: 'a\nb' }] }), '/rules/0/headers/set/0/value', 'control'],
  ['InvalidValue', changes({ set: [{ name: 'x', value: '\u007f' }] }), '/rules/0/headers/set/0/value', 'control'],
  ['InvalidValue', changes({ set: [{ name: 'x', value: a(4097) }] }), '/rules/0/headers/set/0/value', '4096'],
  ['InvalidValue', changes({ remove: ['x', 'X'] }), '/rules/0/headers/remove/1', 'changed twice'],
  ['InvalidValue', changes({ set: [{ name: 'x', value: '' }], remove: ['X'] }), '/rules/0/headers/remove/0', 'twice'],
  ['TooMany', changes({ remove: many(65, (index) => `x${index}`) }), '/rules/0/headers/remove/64', '64 headers'],
  [
    'TooMany',
    changes({ remove: many(64, (index) => `x${index}`), set: [{ name: 'y', value: '' }] }),
    '/rules/0/headers/set/0',
    '64 headers',
  ],
  ...['lane', 'conditions', 'scope', 'headers'].map(
    (key): Fault => ['DuplicateKey', twice(rule({ scope: [{ hosts: ['a'] }] }), key), `/rules/0/${key}`, 'twice'],
  ),
  ['DuplicateKey', '{"rules":[{"id":"r","headers":{"set":[],"set":[]}}]}', '/rules/0/headers/set', 'twice'],
  ['DuplicateKey', '{"rules":[{"id":"r","headers":{"add":[],"add":[]}}]}', '/rules/0/headers/add', 'twice'],
  ['DuplicateKey', '{"rules":[{"id":"r","headers":{"remove":[],"remove":[]}}]}', '/rules/0/headers/remove', 'twice'],
  [
    'DuplicateKey',
    '{"rules":[{"id":"r","headers":{"set":[{"name":"x","name":"y"}]}}]}',
    '/rules/0/headers/set/0/name',
    'twice',
  ],
  [
    'DuplicateKey',
    '{"rules":[{"id":"r","headers":{"set":[{"value":"x","value":"y"}]}}]}',
    '/rules/0/headers/set/0/value',
    'twice',
  ],
];

describe('a rule is refused by its id', () => {
  test.each(named(RULES))('%s', (_, fault) => expectRefused(fault, 'r'));
});
