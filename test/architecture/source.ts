import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** One source file of the house. */
export interface Source {
  /** Path from the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** What it imports: a package or `node:` name as written, or the path of a file of the project. */
  readonly imports: readonly string[];
}

/** Every TypeScript and AssemblyScript source below the given folders. */
export function sources(...folders: readonly string[]): readonly Source[] {
  return folders
    .flatMap((folder) => [...filesBelow(folder)])
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mjs)$/.test(file))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`);
}

function importsOf(path: string, text: string): readonly string[] {
  const specifiers = [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]/g)].map(
    (m) => m[1] ?? '',
  );
  const dynamic = [...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)].map((m) => m[1] ?? '');
  return [...specifiers, ...dynamic].map((name) =>
    name.startsWith('.') ? normalize(join(dirname(path), name)) : name,
  );
}
