import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Manifests, type ManifestWatch, readManifests, watchManifests } from '../../agent/sources/directory.ts';
import { FolderWatcher } from '../../agent/sources/folder-watcher.ts';

let folder: string;
let watch: ManifestWatch | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graylane-directory-'));
});

afterEach(async () => {
  await watch?.close();
  watch = undefined;
  await rm(folder, { recursive: true, force: true });
});

const manifest = (name: string): string => `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\n`;
const put = (file: string, content: string): Promise<void> => writeFile(join(folder, file), content);
const names = ({ objects }: Manifests): string => objects.map(({ metadata }) => metadata.name).join(' ');

/** Watches the folder, noting the names of each state that is told. */
async function follow(path = folder, rescanMs = 40): Promise<{ states: string[]; complaints: () => number }> {
  const states: string[] = [];
  let complaints = 0;
  watch = await watchManifests(
    path,
    (manifests) => {
      states.push(names(manifests));
      complaints = manifests.diagnostics.length;
    },
    { debounceMs: 20, rescanMs },
  );
  return { states, complaints: () => complaints };
}

describe('a folder of manifests', () => {
  test('is read with the folders in it, in the order of the paths', async () => {
    await mkdir(join(folder, 'c'));
    await put('d.json', JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'four' } }));
    await put('b.yml', manifest('two'));
    await put('a.yaml', manifest('one'));
    await put('c/x.yaml', manifest('three'));
    expect(names(await readManifests(folder))).toBe('one two three four');
  });

  test('is read without hidden files and files of other kinds', async () => {
    await put('README.md', '# no manifest');
    await put('.hidden.yaml', manifest('hidden'));
    await put('a.yaml.unfinished', manifest('unfinished'));
    await put('a.yaml', manifest('a'));
    expect(names(await readManifests(folder))).toBe('a');
  });

  test('names the file of a document that cannot be read', async () => {
    await put('bad.yaml', 'kind: [');
    const { diagnostics } = await readManifests(folder);
    expect(diagnostics.map(({ object, reason }) => `${reason} ${object.name}`)).toEqual([
      `UnreadableManifest ${join(folder, 'bad.yaml')}`,
    ]);
  });

  test('has a diagnostic for what looks like a file and cannot be read as one', async () => {
    await symlink('loop.yaml', join(folder, 'loop.yaml'));
    await put('a.yaml', manifest('a'));
    await symlink(folder, join(folder, 'self.yaml'));
    const manifests = await readManifests(folder);
    expect(names(manifests)).toBe('a');
    expect(manifests.diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining('EISDIR')]);
  });

  test('may be a single file', async () => {
    await put('one', manifest('one'));
    expect(names(await readManifests(join(folder, 'one')))).toBe('one');
  });

  test('has to exist', async () => {
    await expect(readManifests(join(folder, 'nowhere'))).rejects.toThrow('ENOENT');
  });
});

describe('a watched folder', () => {
  test('is told at once, and again when files come, change and go', async () => {
    await put('a.yaml', manifest('a'));
    const { states } = await follow();
    await put('b.yaml', manifest('b'));
    await vi.waitFor(() => expect(states.at(-1)).toBe('a b'));
    await put('b.yaml', manifest('c'));
    await vi.waitFor(() => expect(states.at(-1)).toBe('a c'));
    await rm(join(folder, 'a.yaml'));
    await vi.waitFor(() => expect(states.at(-1)).toBe('c'));
    expect(states).toEqual(['a', 'a b', 'a c b', 'a c', 'c']);
  });

  test('notices by itself, without waiting for the next look', async () => {
    await put('a.yaml', manifest('a'));
    const { states } = await follow(folder, 3_600_000);
    await put('a.yaml', manifest('b'));
    await vi.waitFor(() => expect(states.at(-1)).toBe('b'));
  });

  test('notices what happens in folders that come later', async () => {
    const { states } = await follow();
    await mkdir(join(folder, 'later'));
    await put('later/a.yaml', manifest('a'));
    await vi.waitFor(() => expect(states.at(-1)).toBe('a'));
  });

  test('keeps the objects of a file while it cannot be parsed, with a diagnostic', async () => {
    await put('a.yaml', manifest('a'));
    const { states, complaints } = await follow();
    await put('a.yaml', 'kind: [');
    await vi.waitFor(() => expect(complaints()).toBe(1));
    expect(states.at(-1)).toBe('a');
    await put('a.yaml', manifest('b'));
    await vi.waitFor(() => expect(states.at(-1)).toBe('b'), 3000);
    expect(complaints()).toBe(0);
  });

  test('keeps the objects of a file that is empty for a moment', async () => {
    await put('a.yaml', manifest('a'));
    const { states } = await follow(folder, 3_600_000);
    await put('a.yaml', '');
    await put('a.yaml', manifest('b'));
    await vi.waitFor(() => expect(states.at(-1)).toBe('b'), 3000);
    expect(states).toEqual(['a', 'b a', 'b']);
  });

  test('keeps the objects of a file of which the second half is still to be written', async () => {
    await put('a.yaml', `${manifest('a')}---\n${manifest('b')}`);
    const { states } = await follow(folder, 3_600_000);
    await put('a.yaml', manifest('a'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await put('a.yaml', `${manifest('a')}---\n${manifest('c')}`);
    await vi.waitFor(() => expect(states.at(-1)).toBe('a c'), 3000);
    expect([...new Set(states)]).toEqual(['a b', 'a c b', 'a c']);
  });

  test('loses the objects that a file goes without', async () => {
    await put('a.yaml', `${manifest('a')}---\n${manifest('b')}`);
    const { states } = await follow(folder, 3_600_000);
    await put('a.yaml', manifest('a'));
    await vi.waitFor(() => expect(states.at(-1)).toBe('a'), 3000);
  });

  test('loses the objects of a file that stays empty', async () => {
    await put('a.yaml', manifest('a'));
    const { states } = await follow();
    await put('a.yaml', '');
    await vi.waitFor(() => expect(states.at(-1)).toBe(''), 3000);
  });

  test('follows the exchange of a mounted ConfigMap', async () => {
    const version = async (name: string): Promise<void> => {
      await mkdir(join(folder, `..${name}`));
      await put(`..${name}/a.yaml`, manifest(name));
      await symlink(`..${name}`, join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    await version('one');
    await symlink('..data/a.yaml', join(folder, 'a.yaml'));
    const { states } = await follow(folder, 3_600_000);
    await version('two');
    await vi.waitFor(() => expect(states.at(-1)).toBe('two'));
    expect(states).toEqual(['one', 'two']);
  });

  test('keeps everything, with a diagnostic, when the folder itself vanishes', async () => {
    await put('a.yaml', manifest('a'));
    const { states, complaints } = await follow();
    await rm(folder, { recursive: true });
    await vi.waitFor(() => expect(complaints()).toBe(1));
    await mkdir(folder);
    await put('a.yaml', manifest('b'));
    await vi.waitFor(() => expect(states.at(-1)).toBe('b'), 3000);
    expect(complaints()).toBe(0);
  });

  test('may be a single file that is replaced', async () => {
    await put('a.yaml', manifest('a'));
    const { states } = await follow(join(folder, 'a.yaml'), 3_600_000);
    await put('new', manifest('b'));
    await rename(join(folder, 'new'), join(folder, 'a.yaml'));
    await vi.waitFor(() => expect(states.at(-1)).toBe('b'));
  });

  test('is not told when a file was written with the same content', async () => {
    await put('a.yaml', manifest('a'));
    const { states } = await follow();
    await put('a.yaml', manifest('a'));
    await put('b.yaml', manifest('b'));
    await vi.waitFor(() => expect(states.at(-1)).toBe('a b'));
    expect(states).toEqual(['a', 'a b']);
  });

  test('is told nothing after the watch was closed', async () => {
    await put('a.yaml', manifest('a'));
    const { states } = await follow();
    await watch?.close();
    await put('a.yaml', manifest('b'));
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(states).toEqual(['a']);
  });

  test('has to exist in the beginning', async () => {
    await expect(watchManifests(join(folder, 'nowhere'), () => {})).rejects.toThrow('ENOENT');
  });
});

test('a folder that cannot be watched is pointed out for a scan instead', () => {
  let notices = 0;
  const watcher = new FolderWatcher(() => {
    notices += 1;
  });
  watcher.watch(folder, [join(folder, 'nowhere')]);
  watcher.close();
  expect(notices).toBe(1);
});
