import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { REASONS } from '../../agent/model/reasons.ts';

const page = fileURLToPath(new URL('../../docs/diagnostics.md', import.meta.url));
const goldens = fileURLToPath(new URL('testdata/', import.meta.url));

/** The page as the table in agent/model/reasons.ts makes it. */
function rendered(): string {
  const rows = Object.entries(REASONS)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, { severity, cause, remedy }]) => `| \`${reason}\` | ${severity} | ${cause} | ${remedy} |`);
  return `${[
    '# Diagnostics',
    '',
    'What graylane says about objects that it cannot honour, or not as they were probably meant. A diagnostic names the object, the',
    'field, one of the reasons below and what to change:',
    '',
    '```',
    'error default/rollout-a spec.strategy.canary.steps[0].matches[0]: EmptyMatch: The entry has no condition. Give it …',
    '```',
    '',
    '`error`: something asked for is not in force; everything else still is. `warning`: it is in force, but likely not as meant.',
    '',
    '| reason | severity | why | what to do |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    'The table is written from `agent/model/reasons.ts` by `UPDATE_GOLDEN=1 npx vitest run test/compile/reasons.test.ts`.',
  ].join('\n')}\n`;
}

test('docs/diagnostics.md is the table of reasons', () => {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(page, rendered());
  expect(readFileSync(page, 'utf8')).toBe(rendered());
});

test('every reason occurs in a golden case, apart from those that other parts give', () => {
  const outputs = readdirSync(goldens)
    .map((file) => readFileSync(`${goldens}${file}`, 'utf8'))
    .join('\n');
  const unseen = Object.keys(REASONS).filter((reason) => !outputs.includes(`reason: ${reason}\n`));
  expect(unseen.sort()).toEqual([
    'ApiForbidden',
    'ApiNotServed',
    'ApiUnreadable',
    'ConfigRefused',
    'RefusedByPlugin',
    'UnreadableManifest',
  ]);
});

test('causes and remedies are whole sentences', () => {
  const texts = Object.values(REASONS).flatMap(({ cause, remedy }) => [cause, remedy]);
  expect(texts.filter((text) => !/^[A-Z].*\.$/.test(text))).toEqual([]);
});
