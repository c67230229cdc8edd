import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { at } from '../../agent/model/json.ts';

const VALUES = readFileSync(new URL('../../manifests/helm/graylane/values.yaml', import.meta.url), 'utf8');
const PAGE = new URL('../../docs/helm-values.md', import.meta.url);

const HEAD = `# Values of the chart

\`manifests/helm/graylane/values.yaml\` has these values; \`values.schema.json\` refuses any other key, and values of a wrong kind. [install.md](install.md)
says how to install it, [security-model.md](security-model.md) what the rights are for.

| value | default | meaning |
|---|---|---|
`;

/** A value with the comment that begins with `--`. */
interface Row {
  readonly path: readonly string[];
  readonly text: string;
}

/** Rows in the order of the file, whose every key stands on a line of its own. */
function rowsOf(text: string): { readonly rows: readonly Row[]; readonly silent: readonly string[] } {
  const rows: Row[] = [];
  const silent: string[] = [];
  let path: readonly string[] = [];
  let comment = '';
  for (const line of text.split('\n')) {
    const [, said] = /^ *# -- (.*)$/.exec(line) ?? [];
    const [, blanks = '', name] = /^( *)([A-Za-z0-9]+):/.exec(line) ?? [];
    if (said !== undefined) comment = said;
    if (name === undefined) continue;
    path = [...path.slice(0, blanks.length / 2), name];
    const within = rows.some((row) => row.path.every((step, index) => path[index] === step));
    if (comment !== '') rows.push({ path, text: comment });
    else if (!within && typeof at(parse(text), ...path) !== 'object') silent.push(path.join('.'));
    comment = '';
  }
  return { rows, silent };
}

test('every value of the chart has a comment that says what it means', () => {
  const { rows, silent } = rowsOf(VALUES);
  expect(rows.length).toBeGreaterThan(50);
  expect(silent).toEqual([]);
});

test('docs/helm-values.md has every value of the chart with its default and its comment', () => {
  const values: unknown = parse(VALUES);
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = rowsOf(VALUES).rows.map(
    ({ path, text }) =>
      `| \`${path.join('.')}\` | \`${cell(JSON.stringify(at(values, ...path)))}\` | ${cell(text)} |\n`,
  );
  const page = `${HEAD}${rows.join('')}`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});
