import { describe, expect, test } from 'vitest';
import { at, textAt } from '../../agent/model/json.ts';
import { higressFilter } from './higress-player.ts';

const plugin = (spec: object): object => ({
  apiVersion: 'extensions.higress.io/v1alpha1',
  kind: 'WasmPlugin',
  metadata: { name: 'graylane', namespace: 'higress-system' },
  spec: { url: 'file:///opt/plugin.wasm', ...spec },
});
const filter = (spec: object): unknown => higressFilter(plugin(spec))?.resources[0];
const config = (spec: object): unknown => {
  const text = textAt(filter(spec), 'typed_config', 'config', 'configuration', 'value');
  return text === undefined ? undefined : JSON.parse(text);
};

describe('a WasmPlugin as Higress hands it to Envoy', () => {
  test('is a filter that is named by namespace and name, with pluginName as its root', () => {
    const found = filter({ pluginName: 'root', failStrategy: 'FAIL_OPEN' });
    expect(at(found, 'name')).toBe('higress-system.graylane');
    expect(at(found, 'typed_config', 'config')).toMatchObject({
      name: 'higress-system.graylane',
      root_id: 'root',
      fail_open: true,
      vm_config: { code: { local: { filename: '/opt/plugin.wasm' } } },
    });
  });

  test('has the default configuration with the match rules in it', () => {
    const matchRules = [
      { config: { a: 2 }, ingress: ['shop/a'], domain: ['example.com'], service: ['a.shop.svc.cluster.local'] },
      { config: { a: 3 }, ingress: ['shop/b'], configDisable: true },
    ];
    expect(config({ defaultConfig: { a: 1 }, matchRules })).toEqual({
      a: 1,
      _rules_: [
        {
          a: 2,
          _match_route_: ['shop/a'],
          _match_domain_: ['example.com'],
          _match_service_: ['a.shop.svc.cluster.local'],
        },
      ],
    });
  });

  test('has pluginConfig alone where there is one', () => {
    expect(config({ pluginConfig: { a: 1 }, defaultConfig: { b: 1 } })).toEqual({ a: 1 });
  });

  test('has no configuration at all when no field of it is set', () => {
    expect(filter({})).toBeDefined();
    expect(config({})).toBeUndefined();
    expect(config({ defaultConfig: { a: 1 }, defaultConfigDisable: true })).toBeUndefined();
  });

  test('is taken no notice of with a match rule that is for no request', () => {
    expect(higressFilter(plugin({ matchRules: [{ config: { a: 1 } }] }))).toBeUndefined();
  });
});
