import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EnvoyFolder } from '../../agent/targets/envoy/folder.ts';
import { field, render, route, rule, service } from './objects.ts';

let path: string;

beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'graylane-envoy-')), 'out');
});

afterEach(async () => {
  await rm(join(path, '..'), { recursive: true, force: true });
});

const PLUGIN = new TextEncoder().encode('plugin');
const OTHER = new TextEncoder().encode('another plugin');
const NEVER = new AbortController().signal;
const LISTENING = { address: '127.0.0.1', outerPort: 1, innerPort: 2, adminPort: 3 };
const { files } = render([service('a')]);
const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(path, name), 'utf8'));

describe('the folder of an Envoy', () => {
  test('is made where it is missing, with the plugin under a name of its content', async () => {
    const folder = await EnvoyFolder.open(path, PLUGIN);
    expect(await readdir(path)).toEqual([expect.stringMatching(/^plugin-[0-9a-f]{12}\.wasm$/)]);
    expect(await readFile(folder.pluginPath, 'utf8')).toBe('plugin');
  });

  test('gets every file whole, and nothing else is left in it', async () => {
    const folder = await EnvoyFolder.open(path, PLUGIN);
    const written = ['cds.json', 'rds-outer.json', 'rds-inner.json', 'ecds.json'];
    expect(await folder.update(files, NEVER)).toEqual(written);
    expect((await readdir(path)).filter((name) => !name.startsWith('plugin-')).sort()).toEqual([...written].sort());
    expect(field(await json('ecds.json'), 'version_info')).toBe('r0');
  });

  test('is not touched when nothing changed', async () => {
    await (await EnvoyFolder.open(path, PLUGIN)).update(files, NEVER);
    const before = await Promise.all((await readdir(path)).map((name) => stat(join(path, name), { bigint: true })));
    expect(await (await EnvoyFolder.open(path, PLUGIN)).update(files, NEVER)).toEqual([]);
    const after = await Promise.all((await readdir(path)).map((name) => stat(join(path, name), { bigint: true })));
    expect(after.map(({ ino, mtimeNs }) => [ino, mtimeNs])).toEqual(before.map(({ ino, mtimeNs }) => [ino, mtimeNs]));
  });

  test('keeps a plugin that an Envoy may still use beside a new one', async () => {
    await EnvoyFolder.open(path, PLUGIN);
    await EnvoyFolder.open(path, OTHER);
    expect(await readdir(path)).toHaveLength(2);
  });

  test('gets a plugin again that is damaged', async () => {
    const { pluginPath } = await EnvoyFolder.open(path, PLUGIN);
    await writeFile(pluginPath, 'plu');
    await EnvoyFolder.open(path, PLUGIN);
    expect(await readFile(pluginPath, 'utf8')).toBe('plugin');
  });

  test('is left as it is between two files when somebody cannot wait, and the next update goes on from there', async () => {
    const abort = new AbortController();
    const update = (await EnvoyFolder.open(path, PLUGIN, 600_000)).update(files, abort.signal);
    await vi.waitFor(() => stat(join(path, 'cds.json')));
    abort.abort();
    expect(await update).toEqual(['cds.json']);
    const rest = ['rds-outer.json', 'rds-inner.json', 'ecds.json'];
    expect(await (await EnvoyFolder.open(path, PLUGIN)).update(files, NEVER)).toEqual(rest);
  });

  test('gets what Envoy is started with once, so that a person may change it', async () => {
    const folder = await EnvoyFolder.open(path, PLUGIN);
    expect(await folder.putBootstrap(LISTENING)).toBe(true);
    expect(await folder.putBootstrap(LISTENING)).toBe(false);
    await writeFile(join(path, 'envoy.json'), 'changed');
    expect(await (await EnvoyFolder.open(path, PLUGIN)).putBootstrap(LISTENING)).toBe(false);
    expect(await readFile(join(path, 'envoy.json'), 'utf8')).toBe('changed');
  });

  test('is to be updated at once when a rule that is in force is withdrawn', async () => {
    const folder = await EnvoyFolder.open(path, PLUGIN, 0);
    const ruled = render([], { pluginConfig: { revision: 'r1', rules: [rule] } }).files;
    expect(folder.isUrgent(ruled)).toBe(false);
    await folder.update(ruled, NEVER);
    expect(folder.isUrgent(ruled)).toBe(false);
    expect(folder.isUrgent(files)).toBe(true);
  });

  test('cannot be where a file is', async () => {
    await writeFile(path, '');
    await expect(EnvoyFolder.open(path, PLUGIN)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  test('cannot be where no folder can be made', async () => {
    await expect(EnvoyFolder.open('/proc/x/y', PLUGIN)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('is made with the folders above it', async () => {
    await EnvoyFolder.open(join(path, 'a', 'b'), PLUGIN);
    expect(await readdir(join(path, 'a', 'b'))).toHaveLength(1);
  });

  test('cannot have folders in place of its files', async () => {
    await mkdir(join(path, 'cds.json'), { recursive: true });
    await expect(EnvoyFolder.open(path, PLUGIN)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  test('leaves no unfinished file when a file cannot be put in place', async () => {
    const folder = await EnvoyFolder.open(path, PLUGIN);
    await mkdir(join(path, 'cds.json'));
    await expect(folder.update(files, NEVER)).rejects.toMatchObject({ code: 'EISDIR' });
    expect((await readdir(path)).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
  });

  test('stays complete for whoever reads while it is written', async () => {
    const folder = await EnvoyFolder.open(path, PLUGIN);
    const other = render([service('a')], { routes: [route('a')] }).files;
    await folder.update(files, NEVER);
    let isDone = false;
    const reading = (async (): Promise<number> => {
      let reads = 0;
      while (!isDone) {
        expect(await json('cds.json')).toHaveProperty('version_info');
        reads += 1;
      }
      return reads;
    })();
    for (let turn = 0; turn < 3; turn += 1) await folder.update(turn % 2 === 0 ? other : files, NEVER);
    isDone = true;
    expect(await reading).toBeGreaterThan(0);
  });
});
