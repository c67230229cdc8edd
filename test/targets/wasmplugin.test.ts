import { expect, test } from 'vitest';
import { DEFAULT_URL, wasmPluginOf } from '../../agent/targets/wasmplugin/manifest.ts';

test('a WasmPlugin carries the configuration to where Higress looks for it', () => {
  const config = { revision: 'r1', rules: [] };
  expect(wasmPluginOf(config, DEFAULT_URL)).toEqual({
    apiVersion: 'extensions.higress.io/v1alpha1',
    kind: 'WasmPlugin',
    metadata: { name: 'graylane', namespace: 'higress-system' },
    spec: { url: 'file:///opt/plugins/graylane/plugin.wasm', priority: 400, defaultConfig: config },
  });
});
