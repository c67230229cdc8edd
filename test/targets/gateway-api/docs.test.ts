import { expect, test } from 'vitest';
import { GATEWAY_API_REASONS } from '../../../agent/targets/gateway-api/reasons.ts';
import { Page } from '../../cli/docs-writer.ts';

test('docs/gateway-api.md has every reason with its cause and remedy', () => {
  const rows = Object.entries(GATEWAY_API_REASONS).map(
    ([name, { severity, cause, remedy }]) => `| \`${name}\` | ${severity} | ${cause} | ${remedy} |`,
  );
  expect(new Page('gateway-api.md').rows('## Reasons', rows)).toEqual(rows);
});

test('reasons are sorted, and their causes and remedies are whole sentences', () => {
  const names = Object.keys(GATEWAY_API_REASONS);
  expect(names).toEqual([...names].sort());
  const texts = Object.values(GATEWAY_API_REASONS).flatMap(({ cause, remedy }) => [cause, remedy]);
  expect(texts.filter((text) => !/^[A-Za-z].*\.$/.test(text))).toEqual([]);
});
