import { expect, test } from 'vitest';
import { HIGRESS, ISTIO } from '../../agent/targets/wasmplugin/flavour.ts';
import { Page } from '../cli/docs-writer.ts';

test('docs/wasmplugin.md has every flavour with its field and its namespace', () => {
  const rows = [HIGRESS, ISTIO].map(
    ({ name, resource: { group, version, kind }, field, namespace }) =>
      `| \`${name}\` | \`${kind}\` of \`${group}/${version}\` | \`spec.${field}\` | \`${namespace}/graylane\` |`,
  );
  expect(new Page('wasmplugin.md').rows('# The WasmPlugin that carries the configuration', rows)).toEqual(rows);
});
