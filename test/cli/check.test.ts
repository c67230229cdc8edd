import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Ended, graylane } from './terminal.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graylane-check-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const check = (stdin: string | Uint8Array): Promise<Ended> => graylane(['check', '-'], { stdin });

describe('a good configuration', () => {
  test('is told with what it holds, its revision and its gauge', async () => {
    const config = { revision: 'r1', sets: { team: ['1', '2'] }, rules: [{ id: 'a' }] };
    expect(await check(JSON.stringify(config))).toEqual({
      code: 0,
      out: 'standard input: ok: 1 rule, 1 set with 2 ids, revision r1, gauge 4294967295\n',
      err: '',
    });
  });

  test('may be YAML', async () => {
    expect((await check('rules:\n  - id: a\n  - id: b\n')).out).toContain('ok: 2 rules, 0 sets, revision none');
  });

  test.each([
    ['nothing', ''],
    ['blanks', ' \n'],
    ['comments', '# none\n'],
    ['an empty object', '{}'],
  ])('may be %s', async (_, text) => {
    expect((await check(text)).out).toContain('ok: 0 rules');
  });

  test('may be in a file', async () => {
    const path = join(folder, 'config.yaml');
    await writeFile(path, 'rules: []');
    expect((await graylane(['check', path])).out).toContain(`${path}: ok`);
  });

  test('may be what graylane compile prints', async () => {
    const printed = { config: { rules: [{ id: 'a' }] }, lanes: [], diagnostics: [] };
    expect((await check(JSON.stringify(printed))).out).toContain('ok: 1 rule');
  });
});

describe('a bad configuration', () => {
  test('is told with line, column, pointer and rule, and exit code 2', async () => {
    expect(await check('rules:\n  - id: good\n  - {id: bad one}\n')).toEqual({
      code: 2,
      out: 'standard input:3:6: error InvalidValue at /rules/1/id (rule bad one): it is bad\n',
      err: '',
    });
  });

  test('has its place in JSON too', async () => {
    expect((await check('{\n "rules": [\n  {"id":"bad"}]}')).out).toContain('standard input:3:4: error');
  });

  test('within what graylane compile prints has its place there', async () => {
    const printed = { config: { rules: [{ id: 'bad' }] }, lanes: [], diagnostics: [] };
    expect((await check(JSON.stringify(printed, undefined, 1))).out).toContain(
      ':5:5: error InvalidValue at /config/rules/0/id',
    );
  });

  test('is found through anchors', async () => {
    expect((await check('rules:\n  - &x {id: good}\n  - *x\n  - {<<: *x, id: bad}')).out).toContain(':4:14: error');
  });

  test('that is no YAML is told with the place', async () => {
    expect(await check('rules:\n  - id: [a\n')).toMatchObject({
      code: 2,
      out: expect.stringMatching(/^standard input:\d:\d+: error InvalidYaml: .+\n$/),
    });
  });

  test('that repeats a key is none', async () => {
    expect((await check('rules: []\nrules: []\n')).out).toContain(
      'standard input:2:1: error InvalidYaml: Map keys must be unique',
    );
  });

  test('that is broken JSON is left to the plugin, with the place', async () => {
    expect((await check('{"rules": [}')).out).toMatch(
      /^standard input:1:\d+: error InvalidJson at the top: not JSON, byte 1\n$/,
    );
  });

  test.each([['{"rules": [],}'], ['{rules: []}'], ['{"rules": [{"id": "a", "x": 01}]}']])(
    'that begins like JSON is taken for it, as a gateway would: %s',
    async (text) => {
      expect(await check(text)).toMatchObject({ code: 2, out: expect.stringContaining('error InvalidJson') });
    },
  );

  test('that begins like JSON may be YAML in a file of that name', async () => {
    const path = join(folder, 'config.yaml');
    await writeFile(path, '{rules: []}');
    expect(await graylane(['check', path])).toMatchObject({ code: 0 });
  });

  test('of several documents is refused', async () => {
    expect((await check('rules: []\n---\nrules: []\n')).out).toContain(
      'error InvalidYaml: There are several documents, and a configuration is one',
    );
  });

  test('that is longer than any can be is not read to its end', async () => {
    expect(await graylane(['check', '/dev/zero'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('it has more than 64 MiB'),
    });
  });

  test('that stands for billions of values is refused', async () => {
    const bomb = Array.from(
      { length: 30 },
      (_, level) => `a${level}: &a${level} [${`*a${level - 1},`.repeat(level === 0 ? 0 : 9)}]`,
    );
    expect(await check(bomb.join('\n'))).toMatchObject({ code: 2, out: expect.stringContaining('InvalidYaml') });
  });

  test('that is nested beyond measure is refused', async () => {
    expect(await check('['.repeat(200_000))).toMatchObject({
      code: 2,
      out: expect.stringContaining('nested too deeply'),
    });
    expect(await check('- '.repeat(200_000))).toMatchObject({
      code: 2,
      out: expect.stringContaining('nested too deeply'),
    });
    expect(await check(`{"a":${'['.repeat(200_000)}`)).toMatchObject({
      code: 2,
      out: expect.stringContaining('error Invalid'),
    });
  });

  test('that is not UTF-8 is refused', async () => {
    const { code, out } = await check(Uint8Array.from([0x61, 0x3a, 0x20, 0xff]));
    expect([code, out]).toEqual([2, 'standard input: error InvalidUtf8: The file is not UTF-8\n']);
  });

  test('cannot move the cursor of a terminal', async () => {
    expect((await check('rules: [{id: "bad\\u001b[2J\\u007f\\n"}]')).out).toContain('(rule bad\\u001b[2J\\u007f\\n)');
  });
});

describe('a WasmPlugin', () => {
  const wasmPlugin = (spec: object): string =>
    JSON.stringify({ apiVersion: 'extensions.higress.io/v1alpha1', kind: 'WasmPlugin', metadata: { name: 'g' }, spec });
  const rule = (id: string): object => ({ rules: [{ id }] });

  test('is checked as the gateway hands it to the plugin', async () => {
    const spec = { defaultConfig: rule('a'), matchRules: [{ domain: ['a.io'], config: rule('b') }] };
    expect((await check(wasmPlugin(spec))).out).toContain('ok: 2 rules, 0 sets, 1 match rule,');
  });

  test('may be without a configuration', async () => {
    expect((await check(wasmPlugin({ url: 'x' }))).code).toBe(0);
  });

  test('has errors where the configuration stands in it', async () => {
    expect((await check(wasmPlugin({ defaultConfig: rule('bad') }))).out).toContain(
      'at /spec/defaultConfig/rules/0/id',
    );
  });

  test('with pluginConfig has nothing else', async () => {
    const spec = { pluginConfig: rule('bad'), defaultConfig: rule('worse') };
    expect((await check(wasmPlugin(spec))).out).toContain('at /spec/pluginConfig/rules/0/id (rule bad)');
  });

  test('with a match rule for no request is ignored by Higress, which is told', async () => {
    const { code, out } = await check(wasmPlugin({ matchRules: [{ domain: ['a.io'] }, { config: {} }] }));
    expect(code).toBe(2);
    expect(out).toContain('error UnboundMatchRule at /spec/matchRules/1: The rule has no ingress, domain or service');
  });
});

describe('a file that cannot be read', () => {
  test('is told with what to do', async () => {
    const path = join(folder, 'none');
    expect(await graylane(['check', path])).toEqual({
      code: 1,
      out: '',
      err: `error GL2001: There is nothing at ${path}. Correct the path.\n`,
    });
  });

  test('may be a folder', async () => {
    expect((await graylane(['check', folder])).err).toContain(
      `error GL2002: ${folder}: it is a folder where a file is needed.`,
    );
  });
});
