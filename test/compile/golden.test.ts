import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { compile } from '../../agent/compile/compile.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';

const folder = fileURLToPath(new URL('testdata/', import.meta.url));
const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.in.yaml'))
  .map((file) => file.slice(0, -'.in.yaml'.length))
  .sort();

/** The first line of a case says what it shows. */
function titleOf(name: string): string {
  return /^# (.*)/.exec(readFileSync(`${folder}${name}.in.yaml`, 'utf8'))?.[1] ?? name;
}

function objectsOf(file: string): readonly KubernetesObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8'), { merge: true })
    .map((document): KubernetesObject => document.toJS())
    .filter((object) => object !== null);
}

test.each(cases.map((name) => [name, titleOf(name)]))('%s: %s', (name) => {
  const objects = objectsOf(`${folder}${name}.in.yaml`);
  const output = stringify(compile({ objects, nowMs: 0 }), { lineWidth: 0, aliasDuplicateObjects: false });
  const expected = `${folder}${name}.out.yaml`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(expected, output);
  expect(output).toBe(existsSync(expected) ? readFileSync(expected, 'utf8') : '');
});

test('there are golden cases, and none is left over', () => {
  const outputs = readdirSync(folder).filter((file) => file.endsWith('.out.yaml'));
  expect(cases.length).toBeGreaterThanOrEqual(40);
  expect(outputs.map((file) => file.slice(0, -'.out.yaml'.length)).sort()).toEqual(cases);
});
