import { expect, test } from 'vitest';
import { HIGRESS, ISTIO } from '../../agent/targets/wasmplugin/flavour.ts';
import { WASM_PLUGIN_REASONS } from '../../agent/targets/wasmplugin/reasons.ts';
import { Page } from '../cli/docs-writer.ts';

test('docs/wasmplugin.md has every reason with its cause and remedy', () => {
  const rows = Object.entries(WASM_PLUGIN_REASONS).map(
    ([name, { severity, cause, remedy }]) => `| \`${name}\` | ${severity} | ${cause} | ${remedy} |`,
  );
  expect(new Page('wasmplugin.md').rows('## Reasons', rows)).toEqual(rows);
});

test('docs/wasmplugin.md has every flavour with its field and its namespace', () => {
  const rows = [HIGRESS, ISTIO].map(
    ({ name, resource: { group, version, kind }, field, namespace }) =>
      `| \`${name}\` | \`${kind}\` of \`${group}/${version}\` | \`spec.${field}\` | \`${namespace}/graylane\` |`,
  );
  expect(new Page('wasmplugin.md').rows('# The WasmPlugin that carries the configuration', rows)).toEqual(rows);
});

test('reasons are sorted, and their causes and remedies are whole sentences', () => {
  const names = Object.keys(WASM_PLUGIN_REASONS);
  expect(names).toEqual([...names].sort());
  const texts = Object.values(WASM_PLUGIN_REASONS).flatMap(({ cause, remedy }) => [cause, remedy]);
  expect(texts.filter((text) => !/^[A-Za-z].*\.$/.test(text))).toEqual([]);
});
