import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What is below a path. */
export interface Tree {
  /** Manifest files, sorted. */
  readonly files: readonly string[];
  /** Folders whose entries make up `files`; empty when the path is a file. */
  readonly folders: readonly string[];
}

const MANIFEST = /\.(ya?ml|json)$/i;

/**
 * The manifest files at a path: the file itself, or those of a folder and of the folders in it. What is hidden is left out,
 * and with it the `..data` of a mounted ConfigMap, whose files are there as symbolic links too. Rejects when nothing is at
 * the path.
 */
export async function listTree(path: string): Promise<Tree> {
  if (!(await stat(path)).isDirectory()) return { files: [path], folders: [] };
  const entries = await readdir(path, { withFileTypes: true });
  const visible = entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = visible.filter((entry) => !entry.isDirectory() && MANIFEST.test(entry.name));
  const inside = await Promise.all(
    visible.filter((entry) => entry.isDirectory()).map((entry) => listTree(join(path, entry.name)).catch(() => GONE)),
  );
  return {
    files: [...files.map(({ name }) => join(path, name)), ...inside.flatMap((tree) => tree.files)].sort(),
    folders: [path, ...inside.flatMap((tree) => tree.folders)],
  };
}

/** What is left of a folder that was removed while it was listed. */
const GONE: Tree = { files: [], folders: [] };

/** Changes whenever somebody writes the file or puts another in its place; undefined when there is none. */
export async function signatureOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
}

/** The file's text, or why it cannot be read; undefined when it is gone by now. */
export function contentOf(path: string): Promise<string | Error | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : error));
}
