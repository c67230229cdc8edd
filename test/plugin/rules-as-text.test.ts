import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Packing } from '../../agent/compile/packing.ts';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { config } from '../properties/config-arbitrary.ts';
import { PluginUnderTest } from '../properties/plugin-under-test.ts';
import { Random } from '../properties/random.ts';
import { requestFor } from '../properties/request-generator.ts';
import { RULE, text } from './faults.ts';
import { forUser, get, refused, serving } from './gateway.ts';

const IN_SET = { kind: 'header', name: 'a', operator: 'in', set: 'x' };

/** The configuration with the rules of every list as a text. */
function asTexts({ rules, _rules_, ...others }: PluginConfig): unknown {
  return {
    ...(rules !== undefined && { rules: text(rules) }),
    ...(_rules_ !== undefined && { _rules_: _rules_.map(asTexts) }),
    ...others,
  };
}

describe('rules that are given as a text', () => {
  test('are what the agent stores of a large configuration', () => {
    const config = { rules: Array.from({ length: 2000 }, (_, index) => forUser(`${index} "é"`)) };
    const stored = new Packing().packed(config, Buffer.from(JSON.stringify(config))).toString();
    expect(stored).toContain('"rules":"[');
    expect(refused(stored)).toBeUndefined();
  });

  test('are those that the text holds', () => {
    const gateway = serving(text({ rules: ` ${text([forUser('1')])}\n` }));
    expect(gateway.decide(get('/', [['x-user-id', '1']])).rule).toBe(0);
    expect(gateway.decide(get('/', [['x-user-id', '2']])).rule).toBe(-1);
  });

  test('decide as if they were given as a list', () => {
    const [lists, texts] = [new PluginUnderTest(), new PluginUnderTest()];
    fc.assert(
      fc.property(config, fc.integer(), (given, seed) => {
        expect(texts.configure(text(asTexts(given)))).toBe(lists.configure(given));
        const request = requestFor(given, new Random(seed));
        expect(texts.decide(request)).toEqual(lists.decide(request));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['InvalidType', text([{ ...RULE, lane: 1 }]), '/rules/0/lane', 'r'],
    ['MissingKey', text([RULE, { id: 'b"', lane: 'b' }]), '/rules/1/conditions', 'b"'],
    ['DuplicateId', text([RULE, RULE]), '/rules/1/id', 'r'],
    ['UnknownSet', text([{ ...RULE, conditions: [IN_SET] }]), '/rules/0/conditions/0/set', 'r'],
    ['InvalidType', '{}', '/rules', ''],
    ['InvalidType', '"[]"', '/rules', ''],
    ['InvalidJson', '', '/rules', ''],
    ['InvalidJson', '[', '/rules/0', ''],
    ['InvalidJson', '[] []', '/rules', ''],
  ])('are refused for %s in %s', (code, rules, pointer, rule) => {
    expect(refused(text({ rules }))).toMatchObject({ code, pointer, rule });
  });

  test('are refused when the text itself is malformed', () => {
    expect(refused('{"rules":"[\\q]"}')).toMatchObject({ code: 'InvalidJson', pointer: '/rules' });
    expect(refused('{"rules":"[]')).toMatchObject({ code: 'InvalidJson', pointer: '/rules' });
  });

  test('are followed by what else there is', () => {
    expect(refused('{"rules":"[]","lanes":1}')).toMatchObject({ code: 'UnknownKey', pointer: '/lanes' });
    expect(refused('{"rules":"[]"}x')).toMatchObject({ code: 'InvalidJson' });
  });
});
