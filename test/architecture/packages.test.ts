import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const manifest: { dependencies: Record<string, string>; devDependencies: Record<string, string> } = JSON.parse(
  read('package.json'),
);
const sections = read('docs/dependencies.md').split('\n## ');
const rowsOf = (title: string): readonly string[] =>
  [...(sections.find((s) => s.startsWith(title)) ?? '').matchAll(/^\| `([^`]+)` \|/gm)].map((m) => m[1] ?? '');

describe('the packages that graylane uses', () => {
  test('docs/dependencies.md gives a reason for exactly the packages needed at run time', () => {
    expect(rowsOf('At run time')).toEqual(Object.keys(manifest.dependencies).sort());
  });

  test('docs/dependencies.md gives a reason for exactly the packages needed to build and test', () => {
    expect(rowsOf('To build and test')).toEqual(Object.keys(manifest.devDependencies).sort());
  });

  test('every version is pinned', () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('the lock file names no registry host', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": "http/);
  });
});
