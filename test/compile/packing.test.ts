import { describe, expect, test } from 'vitest';
import { configJson, configOf } from '../../agent/compile/config.ts';
import { Packing, unpacked } from '../../agent/compile/packing.ts';
import { at } from '../../agent/model/json.ts';
import type { PluginConfig, Rule } from '../../agent/model/plugin-config.ts';
import { rule } from '../targets/objects.ts';

const forUser = (id: string): Rule => ({ ...rule, id });

const of = (count: number): PluginConfig =>
  configOf(Array.from({ length: count }, (_, index) => ({ ...forUser(`${index}`), id: `rule-${index} "é"` })));
const packed = (packing: Packing, config: PluginConfig): string =>
  packing.packed(config, configJson(config)).toString();
const stored = (config: PluginConfig): unknown => JSON.parse(packed(new Packing(), config));

describe('a configuration that is stored', () => {
  test('is as a person would write it while it has 64 KiB at most', () => {
    const small = of(300);
    expect(configJson(small).length).toBeLessThan(64 * 1024);
    expect(stored(small)).toEqual(small);
  });

  test('has its rules as one text when it is larger', () => {
    const large = of(3000);
    expect(stored(large)).toEqual({ revision: large.revision, rules: expect.stringMatching(/^\[\{"id":"rule-0 /) });
  });

  test('is read as what it was', () => {
    expect(unpacked(stored(of(300)))).toEqual(of(300));
    expect(unpacked(stored(of(3000)))).toEqual(of(3000));
  });

  test('is known again in an answer by who has stored it: its rules are the very same list', () => {
    const [packing, large, other] = [new Packing(), of(3000), of(2000)];
    const texts = [large, other].map((config) => packed(packing, config));
    expect(packed(packing, large)).toBe(texts[0]);
    for (const [index, config] of [large, other].entries()) {
      const answer = packing.parse(Buffer.from(`{"spec":{"é":${texts[index]}},"status":{}}`));
      expect(answer).toEqual({ spec: { é: config }, status: {} });
      expect(at(answer, 'spec', 'é', 'rules')).toBe(config.rules);
    }
  });

  test('is not known again any more when two others were stored since', () => {
    const packing = new Packing();
    const [first = ''] = [of(1500), of(2000), of(3000)].map((config) => packed(packing, config));
    expect(packing.parse(Buffer.from(first))).toEqual(JSON.parse(first));
  });

  test('is read as it is when somebody changed it, or says that it is as it was', () => {
    const [packing, large] = [new Packing(), of(3000)];
    const text = packed(packing, large);
    for (const answer of [
      text.replace('rule-7 ', 'rule-8 '),
      text.replace(/}$/, ',"other":"graylane: rules as stored"}'),
      '{"rules":"graylane: rules as stored"}',
      'null',
    ]) {
      expect(packing.parse(Buffer.from(answer))).toEqual(JSON.parse(answer));
    }
    expect(() => packing.parse(Buffer.from('{'))).toThrow(SyntaxError);
  });

  test('is known again although Go escapes more characters than others do', () => {
    const packing = new Packing();
    const config = configOf([...(of(1000).rules ?? []), { ...rule, id: '<a> & \u2028' }]);
    const answer = packed(packing, config);
    expect(answer).toContain('\\u003ca\\u003e \\u0026 \\u2028');
    expect(packing.parse(Buffer.from(answer))).toEqual(config);
  });

  test('is read in the lists of match rules alone, where the others are no text', () => {
    expect(unpacked({ _rules_: [{ rules: '[]' }] })).toEqual({ _rules_: [{ rules: [] }] });
  });

  test('is read in the lists of match rules as well', () => {
    const rules = [forUser('1')];
    const config = { rules: '[]', _rules_: [{ _match_route_: ['a'], rules: JSON.stringify(rules) }, { rules }] };
    expect(unpacked(config)).toEqual({ rules: [], _rules_: [{ _match_route_: ['a'], rules }, { rules }] });
  });

  test.each([undefined, null, 'rules', [], {}, { rules: [] }, { rules: '[' }, { rules: 1 }])(
    'is left as it is when there is nothing to be read in it: %j',
    (config) => {
      expect(unpacked(config)).toEqual(config);
    },
  );
});
