import { describe, expect, test } from 'vitest';
import { handedConfig, isWasmPlugin } from '../../agent/commands/wasmplugin-config.ts';

const handed = (spec: unknown): ReturnType<typeof handedConfig> => handedConfig({ kind: 'WasmPlugin', spec });

describe('what a gateway hands to the plugin', () => {
  test('is defaultConfig with the match rules in their order', () => {
    const matchRules = [
      { ingress: ['default/a'], config: { clientTag: 'keep' } },
      { domain: ['a.io'], service: ['a.default.svc.cluster.local'] },
    ];
    expect(handed({ defaultConfig: { revision: 'r' }, matchRules }).config).toEqual({
      revision: 'r',
      _rules_: [
        { clientTag: 'keep', _match_route_: ['default/a'] },
        { _match_service_: ['a.default.svc.cluster.local'], _match_domain_: ['a.io'] },
      ],
    });
  });

  test('has no match rules that are disabled, and no default that is', () => {
    const matchRules = [{ domain: ['a.io'], configDisable: true }];
    expect(handed({ defaultConfig: { revision: 'r' }, defaultConfigDisable: true, matchRules }).config).toEqual({});
  });

  test('is passed on as it is where it is no object', () => {
    expect(handed({ defaultConfig: 7 }).config).toBe(7);
    expect(handed({ matchRules: [{ domain: ['a'], config: 7 }] }).config).toEqual({ _rules_: [7] });
  });

  test.each([
    [
      ['rules', '0'],
      ['spec', 'defaultConfig', 'rules', '0'],
    ],
    [['_rules_'], ['spec', 'matchRules']],
    [
      ['_rules_', '0'],
      ['spec', 'matchRules', '1', 'config'],
    ],
    [
      ['_rules_', '0', 'rules', '2'],
      ['spec', 'matchRules', '1', 'config', 'rules', '2'],
    ],
    [
      ['_rules_', '0', '_match_domain_', '0'],
      ['spec', 'matchRules', '1', 'domain', '0'],
    ],
    [
      ['_rules_', '9', 'x'],
      ['spec', 'matchRules', '9', 'config', 'x'],
    ],
  ])('has %j from %j', (path, origin) => {
    const { origin: originOf } = handed({ matchRules: [{ configDisable: true }, { domain: ['a'] }] });
    expect(originOf(path)).toEqual(origin);
  });
});

test.each([
  [{ kind: 'WasmPlugin', spec: {} }, true],
  [{ kind: 'WasmPlugin' }, false],
  [{ kind: 'Rollout', spec: {} }, false],
  [7, false],
])('%j is a WasmPlugin: %s', (value, is) => {
  expect(isWasmPlugin(value)).toBe(is);
});

test.each([
  ['defaultconfig', 'defaultConfig'],
  ['defaultConfg', 'defaultConfig'],
  ['matchrules', 'matchRules'],
])('%s is told to be meant as %s', (key, meant) => {
  expect(handed({ [key]: {}, pluginName: 'x', url: 'y' }).misspelt).toEqual([{ key, meant }]);
});
