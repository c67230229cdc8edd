import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../agent/sources/directory.ts';

const namesOf = (text: string): readonly string[] =>
  parseManifests(text, 'f').objects.map(({ metadata }) => metadata.name);
const complaintsOf = (text: string): readonly string[] =>
  parseManifests(text, 'a.yaml').diagnostics.map(({ object, path, message }) => `${object.name} ${path}: ${message}`);

const manifest = (name: string): string => `{apiVersion: v1, kind: Service, metadata: {name: ${name}}}`;

describe('text with manifests', () => {
  test('may hold many documents, of which empty ones do not count', () => {
    expect(namesOf(`---\n${manifest('a')}\n---\n---\n# nothing\n---\n${manifest('b')}\n`)).toEqual(['a', 'b']);
  });

  test('may be JSON', () => {
    expect(namesOf('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}')).toEqual(['a']);
  });

  test('may begin with a byte order mark', () => {
    expect(namesOf(`\uFEFF${manifest('a')}`)).toEqual(['a']);
  });

  test('may hold Lists of objects, also within each other', () => {
    const list = `{apiVersion: v1, kind: List, items: [${manifest('a')}, {apiVersion: v1, kind: ServiceList, items: [${manifest('b')}]}]}`;
    expect(namesOf(list)).toEqual(['a', 'b']);
  });

  test('may use anchors and merge keys', () => {
    const text =
      'apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: &l {x: "1"}}\nspec: {selector: {<<: *l}}\n';
    expect(parseManifests(text, 'f').objects[0]?.['spec']).toEqual({ selector: { x: '1' } });
  });

  test('may be empty', () => {
    expect(parseManifests('', 'f')).toEqual({ objects: [], diagnostics: [] });
  });

  test('with one broken document gives the others, and says on which line the broken one fails', () => {
    const text = `${manifest('a')}\n---\nkind: [\n---\n${manifest('b')}\n`;
    expect(namesOf(text)).toEqual(['a', 'b']);
    expect(complaintsOf(text)).toEqual([
      expect.stringMatching(/^a\.yaml line \d+: Flow sequence .* its last readable content/),
    ]);
  });

  test('with a field given twice is refused, since one of the two would be lost', () => {
    expect(complaintsOf('apiVersion: v1\nkind: Pod\nkind: Service\nmetadata: {name: a}\n')).toEqual([
      expect.stringMatching(/^a\.yaml line 3: Map keys must be unique/),
    ]);
  });

  test.each(['just text', '[1, 2]', '{kind: Service, metadata: {name: a}}', '{apiVersion: v1, kind: Service}'])(
    'that is no object, such as %s, is refused with its line',
    (text) => {
      expect(complaintsOf(`${manifest('a')}\n---\n${text}\n`)).toEqual([
        expect.stringMatching(/^a\.yaml line 3: It is no Kubernetes object/),
      ]);
    },
  );

  test('that stands for billions of values is refused', () => {
    const layers = 'bcdefghij'.split('').map((name, index) => {
      const before = 'abcdefghi'[index];
      return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`;
    });
    const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\na: &a [1, 1]\n${layers.join('\n')}\n`;
    expect(complaintsOf(text)).toEqual([expect.stringMatching(/alias/i)]);
  });
});
