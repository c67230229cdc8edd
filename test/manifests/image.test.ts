import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { version } from '../../agent/commands/version.ts';
import { exited } from '../cli/built.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
const stages = dockerfile.split(/^FROM .*$/m).slice(1);

/** The words of each line with that instruction in a stage. */
function lines(stage: string | undefined, instruction: string): readonly (readonly string[])[] {
  return [...(stage ?? '').matchAll(new RegExp(`^${instruction} (.*)$`, 'gm'))].map(([, words = '']) =>
    words.split(' '),
  );
}

// Plays the Dockerfile without Docker: what it copies, what it runs, what the image then holds.
describe('the image of the agent', () => {
  let folder: string;
  let image: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'graylane-image-'));
    const context = join(folder, 'graylane');
    image = join(folder, 'image');
    for (const words of lines(stages[0], 'COPY')) copy(words, root, context);
    symlinkSync(join(root, 'node_modules'), join(context, 'node_modules'));
    for (const words of lines(stages[0], 'RUN').filter(([program]) => program !== 'npm')) {
      const { status, stderr } = spawnSync('sh', ['-ec', words.join(' ')], { cwd: context, encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
    }
    for (const [first = '', ...words] of lines(stages[1], 'COPY')) {
      if (first === '--from=build') copy(words, folder, image);
      else copy([first, ...words], root, image);
    }
  }, 300_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const command = (): string => {
    const [, entry = ''] = /^ENTRYPOINT \["node", "([^"]+)"\]$/m.exec(stages[1] ?? '') ?? [];
    return join(image, entry);
  };

  test('starts from nothing but its files', async () => {
    const ran = await exited(['--version'], { command: command() });
    expect(ran).toEqual({ code: 0, out: `${version()}\n`, err: '' });
  });

  test('has the plugin beside it, and compiles', async () => {
    const samples = join(root, 'manifests/samples');
    const ran = await exited(['compile', '--input', samples], { command: command() });
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('rules: []'), err: '' });
  });

  test('has the same plugin as a build in any other folder, byte by byte', () => {
    const own = readFileSync(join(root, 'build/plugin.wasm'));
    expect(readFileSync(join(dirname(command()), '../build/plugin.wasm')).equals(own)).toBe(true);
  });

  test('can read a kubeconfig', async () => {
    const ran = await exited(['get', 'lanes', '--kubeconfig', '/dev/null'], { command: command() });
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('GL5001') });
  });

  test('holds one file of the agent, the plugin and the licences, and no packages', () => {
    const files = readdirSync(image, { recursive: true, withFileTypes: true });
    expect(
      files
        .filter((file) => file.isFile())
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['LICENSE', 'graylane.licences.txt', 'graylane.mjs', 'plugin.wasm']);
  });

  test('names the licence of every package that is in it', () => {
    const text = readFileSync(join(dirname(command()), 'graylane.licences.txt'), 'utf8');
    const heads = text.match(/^== .*$/gm) ?? [];
    expect(heads).toEqual(expect.arrayContaining([expect.stringMatching(/^== yaml [0-9.]+ \(ISC\)$/)]));
    expect(
      heads.filter(
        (head) => !/\((MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|Python-2\.0|Unlicense)\)$/.test(head),
      ),
    ).toEqual([]);
  });

  test('does not run as root', () => {
    expect(lines(stages[1], 'USER')).toEqual([['65532:65532']]);
  });

  test('is built from what .dockerignore lets through', () => {
    const allowed =
      readFileSync(join(root, '.dockerignore'), 'utf8')
        .match(/^!.*$/gm)
        ?.map((line) => line.slice(1)) ?? [];
    const copied = [...lines(stages[0], 'COPY'), ...lines(stages[1], 'COPY')]
      .filter(([first]) => first !== '--from=build')
      .flatMap((words) => words.slice(0, -1));
    expect([...copied].sort()).toEqual([...allowed].sort());
  });
});

/** The last word is where to; paths begin at the image's root, or in the build's folder. */
function copy(words: readonly string[], from: string, to: string): void {
  const target = words.at(-1) ?? '';
  for (const source of words.slice(0, -1)) {
    const place = target.endsWith('/') ? join(to, target, basename(source)) : join(to, target);
    mkdirSync(dirname(place), { recursive: true });
    cpSync(join(from, source), place, { recursive: true });
  }
}
