import { describe, expect, test } from 'vitest';
import { a, condition, only, RULE, rule, text } from './faults.ts';
import { refused } from './gateway.ts';

describe('the id of a rule', () => {
  test.each([
    ['MissingKey', '{"rules":[{}]}', '', 'a rule needs this key'],
    ['InvalidType', '{"rules":[{"id":1}]}', '', 'must be a string'],
    ['InvalidValue', '{"rules":[{"id":""}]}', '', 'must not be empty'],
    ['InvalidValue', text({ rules: [{ id: a(254) }] }), '', 'longer than 253 bytes'],
    ['InvalidValue', '{"rules":[{"id":"a\\u0000"}]}', 'a\u0000', 'control characters'],
    ['DuplicateKey', '{"rules":[{"id":"a","id":"b"}]}', 'a', 'twice'],
    ['DuplicateId', text({ rules: [RULE, RULE] }), 'r', 'an earlier rule'],
  ])('may be refused for %s', (code, config, id, message) => {
    const error = refused(config);
    expect(error).toMatchObject({ code, rule: id, message: expect.stringContaining(message) });
    expect(error?.pointer).toMatch(/^\/rules\/[01]\/id$/);
  });

  test('may be that of a rule in another list', () => {
    expect(refused(text({ ...rule({}), _rules_: [{ ...rule({}), _match_route_: ['a'] }] }))).toBeUndefined();
    const bound = { rules: [RULE, RULE], _match_route_: ['a'] };
    expect(refused(text({ _rules_: [bound] }))).toMatchObject({
      code: 'DuplicateId',
      pointer: '/_rules_/0/rules/1/id',
    });
  });

  test.each([
    ['{"lane":"a b","id":"later"}', 'later'],
    ['{"x":{"id":"inner"},"id":"outer"}', 'outer'],
    ['{"x":["id","inner"],"id":"outer"}', 'outer'],
    ['{"x":"id","id":"outer"}', 'outer'],
    ['{"x":1,"id":"\\u0061\\"\\/b"}', 'a"/b'],
    ['{"x":1,"id":"é"}', 'é'],
    ['{"x":1}', ''],
    ['{"x":1,"id":5,"y":"z"}', ''],
    ['{"x":1,"id":["y"]}', ''],
    ['{"x":1,"id":{"y":"z"}}', ''],
    ['{"x":1,"id":"\\q"}', ''],
    [`{"x":1,"id":"${a(254)}"}`, ''],
    ['{"x":1', ''],
    ['{"x":1,"id', ''],
    ['{"x":1,"id":"\\', ''],
    ['{"x":1,"id":', ''],
    ['{"x":1}],"id":"none"', ''],
  ])('is found in %s: %j', (given, id) => {
    expect(refused(`{"rules":[${given}]}`)).toMatchObject({
      pointer: expect.stringMatching(/^\/rules\/0\//),
      rule: id,
    });
  });

  test('is named for rules of Higress too', () => {
    const bound = { _match_route_: ['a'], ...condition({ value: ' ' }) };
    expect(refused(text({ _rules_: [{ _match_route_: ['b'] }, bound] }))).toMatchObject({
      pointer: '/_rules_/1/rules/0/conditions/0/value',
      rule: 'r',
    });
  });

  test('is named for a set that is missing in a list of Higress, with the way to it', () => {
    const bound = { _match_route_: ['a'], ...only({ kind: 'path', operator: 'in', set: 'top' }) };
    expect(refused(text({ sets: { top: ['1'] }, _rules_: [bound] }))).toEqual({
      code: 'UnknownSet',
      pointer: '/_rules_/0/rules/0/conditions/0/set',
      rule: 'r',
      message: 'there is no set of this name in sets',
    });
  });
});

describe('of several faults', () => {
  test('the first in the text is told', () => {
    expect(refused('{"a":1,"b":1}')?.pointer).toBe('/a');
    expect(refused(text({ rules: [{ ...RULE, lane: '' }], clientTag: 'x' }))?.pointer).toBe('/rules/0/lane');
    expect(refused('{"clientTag":"x","a":')?.pointer).toBe('/clientTag');
  });

  test('what is no UTF-8 comes before all others', () => {
    expect(refused(Buffer.concat([Buffer.from('{"a":1}'), Uint8Array.of(0xff)]))?.code).toBe('InvalidUtf8');
  });
});

describe('what is told', () => {
  test.each([
    ['a long key', text({ [a(100_000)]: 1 })],
    ['a key of quotes', text({ ['"'.repeat(20_000)]: 1 })],
    ['a key of control characters', text({ ['\u0001'.repeat(20_000)]: 1 })],
    ['a key of tildes', text({ ['~'.repeat(20_000)]: 1 })],
    ['a key of slashes', text({ ['/'.repeat(20_000)]: 1 })],
    ['a key of letters that have several bytes', text({ ['中'.repeat(20_000)]: 1 })],
    ['a long key in a rule with a long id', text({ rules: [{ id: '"'.repeat(250), ['~/'.repeat(20_000)]: 1 }] })],
  ])('stays a short text that can be read: %s', (_, config) => {
    const error = refused(config);
    expect(error).toMatchObject({ code: 'UnknownKey', message: expect.stringContaining('no such key') });
    expect(JSON.stringify(error).length).toBeLessThan(10_000);
  });
});
