import { expect, test } from 'vitest';
import { checkRegex } from './regex-property.ts';

test('the plugin matches what RE2 matches, on texts of which many match', () => {
  const { cases, hits, patterns, refused } = checkRegex(200_000);
  expect(cases).toBeGreaterThan(150_000);
  expect(hits / cases).toBeGreaterThan(0.3);
  expect(1 - hits / cases).toBeGreaterThan(0.2);
  expect(refused / patterns).toBeLessThan(0.02);
});
