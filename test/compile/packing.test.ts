import { describe, expect, test } from 'vitest';
import { configJson, configOf } from '../../agent/compile/config.ts';
import { Packing, unpacked } from '../../agent/compile/packing.ts';
import type { PluginConfig, Rule } from '../../agent/model/plugin-config.ts';
import { rule } from '../targets/objects.ts';

const forUser = (id: string): Rule => ({ ...rule, id });

const of = (count: number): PluginConfig =>
  configOf(Array.from({ length: count }, (_, index) => ({ ...forUser(`${index}`), id: `rule-${index} "é"` })));
const textOf = (config: PluginConfig): string => {
  const json = configJson(config);
  return new Packing().packed(config, json, Buffer.byteLength(json));
};
const stored = (config: PluginConfig): unknown => JSON.parse(textOf(config));

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

  test('is known again by who has stored it, and only that', () => {
    const [packing, large] = [new Packing(), of(3000)];
    const json = configJson(large);
    const text = packing.packed(large, json, Buffer.byteLength(json));
    expect(packing.unpacked(JSON.parse(text))).toBe(large);
    expect(packing.packed(large, json, Buffer.byteLength(json))).toBe(text);
    const others = [{ revision: 'other' }, { clientTag: 'keep' }, { rules: configJson(of(1)) }, { rules: '[]' }];
    for (const change of others) {
      const changed = { ...JSON.parse(text), ...change };
      expect(packing.unpacked(changed)).toEqual(unpacked(changed));
    }
  });

  test('is read in the lists of match rules alone, where the others are no text', () => {
    expect(unpacked({ _rules_: [{ rules: '[]' }] })).toEqual({ _rules_: [{ rules: [] }] });
    expect(new Packing().unpacked(undefined)).toBeUndefined();
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
