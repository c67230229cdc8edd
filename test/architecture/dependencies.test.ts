import { describe, expect, test } from 'vitest';
import { type Source, sources } from './source.ts';

/** Lines `file imports x` for every import that the predicate calls forbidden. */
function forbidden(files: readonly Source[], isForbidden: (specifier: string) => boolean): readonly string[] {
  expect(files.length).toBeGreaterThan(0);
  return files.flatMap((file) => file.imports.filter(isForbidden).map((name) => `${file.path} imports ${name}`));
}

const isInside =
  (...folders: readonly string[]) =>
  (specifier: string) =>
    folders.some((folder) => specifier.startsWith(folder));

describe('the dependency rules of the house', () => {
  test('agent/model and agent/compile import no package with IO and nothing above themselves', () => {
    const pure = new Set(['node:crypto']);
    const found = forbidden(
      sources('agent/model', 'agent/compile'),
      (name) => !isInside('agent/model/', 'agent/compile/')(name) && !pure.has(name),
    );
    expect(found).toEqual([]);
  });

  test('agent/model does not know the compiler', () => {
    expect(forbidden(sources('agent/model'), isInside('agent/compile/'))).toEqual([]);
  });

  test('the compiler has no clock, no randomness and no environment', () => {
    const impure = sources('agent/model', 'agent/compile').filter((file) =>
      /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\.|\brandomBytes\b|\brandomUUID\b/.test(file.text),
    );
    expect(impure.map((file) => file.path)).toEqual([]);
  });

  test('only composition roots read the environment', () => {
    const roots = new Set(['agent/main.ts']);
    const readers = sources('agent').filter(
      (file) => /\bprocess\.(env|argv)\b/.test(file.text) && !roots.has(file.path),
    );
    expect(readers.map((file) => file.path)).toEqual([]);
  });

  test('the agent needs nothing of the demo, the benchmarks or the tests', () => {
    expect(forbidden(sources('agent'), isInside('demo/', 'bench/', 'test/'))).toEqual([]);
  });

  test('one file knows client-node', () => {
    const found = forbidden(sources('agent'), (name) => name === '@kubernetes/client-node');
    expect(new Set(found.map((line) => line.split(' ')[0]))).toEqual(new Set(['agent/kubernetes/kubeconfig.ts']));
  });

  test('sources and targets do not know each other', () => {
    expect(forbidden(sources('agent/sources'), isInside('agent/targets/'))).toEqual([]);
    expect(forbidden(sources('agent/targets'), isInside('agent/sources/'))).toEqual([]);
  });

  test('only agent/server speaks HTTP to those who ask, and counts for them', () => {
    const found = forbidden(sources('agent'), (name) => /^(@?fastify(\/|$)|typebox|prom-client)/.test(name));
    expect(found.length).toBeGreaterThan(3);
    expect(found.filter((line) => !line.startsWith('agent/server/'))).toEqual([]);
  });

  test('in the plugin, only abi.ts imports host functions', () => {
    const found = forbidden(sources('plugin'), (name) => name.includes('proxy-wasm-sdk-as'));
    expect(found.filter((line) => !line.startsWith('plugin/abi.ts '))).toEqual([]);
  });

  test('plugin/decide.ts and plugin/conditions never reach the host', () => {
    const files = sources('plugin');
    const byPath = new Map(files.map((file) => [file.path, file]));
    const reached = new Set<string>();
    const visit = (path: string): void => {
      const file = byPath.get(path) ?? byPath.get(`${path}.ts`) ?? byPath.get(`${path}/index.ts`);
      if (!file || reached.has(file.path)) return;
      reached.add(file.path);
      for (const name of file.imports) visit(name);
    };
    for (const file of files.filter((f) => f.path === 'plugin/decide.ts' || f.path.startsWith('plugin/conditions/'))) {
      visit(file.path);
    }
    expect(reached.size).toBeGreaterThan(2);
    expect([...reached]).not.toContain('plugin/abi.ts');
  });
});

describe('the shape of the house', () => {
  test('no source file is longer than 400 lines', () => {
    const long = sources('agent', 'plugin', 'demo', 'bench').filter((file) => file.text.split('\n').length > 400);
    expect(long.map((file) => file.path)).toEqual([]);
  });

  test('no file or folder has a name that says nothing', () => {
    const empty = sources('agent', 'plugin', 'demo', 'bench', 'test').filter((file) =>
      /(^|\/)(utils?|helpers?|common|misc|shared|manager)(\/|\.)/.test(file.path),
    );
    expect(empty.map((file) => file.path)).toEqual([]);
  });

  test('types have no holes', () => {
    const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '');
    const holes = sources('agent', 'demo', 'bench', 'test').filter(
      (file) =>
        !file.path.startsWith('test/architecture/') &&
        (/@ts-ignore|@ts-expect-error|biome-ignore/.test(file.text) ||
          /:\s*any\b|\bas any\b/.test(withoutComments(file.text))),
    );
    expect(holes.map((file) => file.path)).toEqual([]);
  });
});
