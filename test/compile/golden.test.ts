import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { compile } from '../../agent/compile/compile.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { Golden } from '../golden.ts';

const golden = new Golden(new URL('testdata/', import.meta.url));

function objectsOf(name: string): readonly KubernetesObject[] {
  return parseAllDocuments(golden.input(name), { merge: true })
    .map((document): KubernetesObject => document.toJS())
    .filter((object) => object !== null);
}

golden.test((name) => {
  const compiled = compile({ objects: objectsOf(name), nowMs: 0 });
  return { ...compiled, memory: Object.fromEntries(compiled.memory) };
});

test('there are golden cases', () => {
  expect(golden.cases.length).toBeGreaterThanOrEqual(40);
});
