import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { version } from '../../agent/commands/version.ts';
import { probe } from '../wasm/probe.ts';
import { CONFIG } from '../wasm/production.ts';
import { BUILT, exited } from './built.ts';
import { release } from './manifests.ts';

let folder: string;
let config: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graylane-built-'));
  config = join(folder, 'config.json');
  await writeFile(config, JSON.stringify(CONFIG));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const request = (user: number | string, headers: readonly (readonly [string, string])[] = []): string =>
  JSON.stringify({
    method: 'GET',
    authority: 'example.com',
    path: '/a',
    headers: [['x-user-id', `${user}`], ...headers],
  });

describe('the built command', () => {
  test('says its version, also when it is found through a link', async () => {
    const link = join(folder, 'graylane');
    await symlink(BUILT, link);
    expect(await exited(['--version'], { command: link })).toEqual({ code: 0, out: `${version()}\n`, err: '' });
  });

  test('compiles manifests to what it takes itself', async () => {
    const compiled = await exited(['compile', '-i', '-'], { stdin: release(true) });
    expect(compiled).toMatchObject({ code: 0, err: '' });
    const { revision } = parse(compiled.out);
    const checked = await exited(['check', '-'], { stdin: compiled.out });
    expect(checked).toMatchObject({ code: 0, err: '' });
    expect(checked.out).toContain(`standard input: ok: 1 rule, 0 sets, revision ${revision}, gauge `);
  });

  test('takes out the rule that the plugin refuses, and says so', async () => {
    const stdin = release(true, { headers: [{ type: 'RegularExpression', name: 'x-user-id', value: '(a' }] });
    const { code, out, err } = await exited(['compile', '-i', '-', '-o', 'json'], { stdin });
    expect([code, JSON.parse(out).config.rules]).toEqual([2, []]);
    expect(err).toContain(
      'error default/a: RefusedByPlugin: The plugin refuses the rule default/a/1/0: InvalidRegex: ',
    );
  });

  test('tells where a configuration is wrong', async () => {
    const stdin = 'rules:\n  - id: a\n    lane: l\n    conditions: [{kind: header, nmae: x}]\n';
    const { code, out, err } = await exited(['check', '-'], { stdin });
    expect([code, err]).toEqual([2, '']);
    expect(out).toMatch(/^standard input:4:\d+: error UnknownKey at \/rules\/0\/conditions\/0\/nmae \(rule a\): .+\n$/);
  });

  test('explains a request', async () => {
    const { code, out, err } = await exited(['explain', '-c', config, '-H', 'X-User-Id: 7', 'example.com/b']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe('rule first decides: lane default/a\n\nheaders:\n  + x-mse-tag: seven\n');
  });

  test('explains what a released Rollout does to its users', async () => {
    const words = ['explain', '-i', '-', '-H', 'x-user-id: 100', 'http://example.com/a/b'];
    expect((await exited(words, { stdin: release(true) })).out).toContain(
      'rule default/a/1/0 decides: lane default/a\n\nheaders:\n  + x-mse-tag: gray\n',
    );
    expect((await exited(words, { stdin: release(false) })).out).toContain('baseline: there are no rules\n');
  });

  test('explains a request whose client and route are given', async () => {
    const rule = (id: string, cidr: string): object => ({
      id,
      lane: 'l',
      conditions: [{ kind: 'sourceIp', cidrs: [cidr] }],
      headers: { remove: ['x'] },
    });
    const lists = [{ _match_route_: ['r'], rules: [rule('b', '10.0.0.0/8')] }];
    await writeFile(config, JSON.stringify({ rules: [rule('a', '10.0.0.0/8')], _rules_: lists }));
    const explained = async (...words: readonly string[]): Promise<string> =>
      (await exited(['explain', '-c', config, '--source', '10.1.1.1', ...words, 'a.io'])).out;
    expect(await explained()).toContain('rule a decides');
    expect(await explained('--property', 'route_name=r')).toContain('rule b decides');
  });
});

describe('a log of requests', () => {
  test('is decided on in its order', async () => {
    const users = Array.from({ length: 10_000 }, (_, index) => (index % 3 === 0 ? 100 : index));
    const stdin = users.map((user, index) => request(user, [['x-n', `${index}`]])).join('\n');
    const { code, out, err } = await exited(['explain', '-c', config, '-r', '-'], { stdin });
    expect([code, err]).toEqual([0, '']);
    const answers = out.trimEnd().split('\n');
    expect(answers).toEqual(
      users.map((user, index) => {
        const headers = [
          ['x-user-id', `${user}`],
          ['x-n', `${index}`],
        ];
        if (user === 7)
          return JSON.stringify({ lane: 'default/a', rule: 'first', headers: [...headers, ['x-mse-tag', 'seven']] });
        if (user !== 100) return JSON.stringify({ lane: null, rule: null, headers });
        const changed = [...headers, ['x-mse-tag', 'gray'], ['x-new', '1']];
        return JSON.stringify({ lane: 'default/b', rule: 'second', headers: changed });
      }),
    );
  });

  test('loses no byte', async () => {
    const value = 'ä\udcff中😀\udc80\t';
    const { out } = await exited(['explain', '-c', config, '-r', '-'], { stdin: request('ü', [['x-bytes', value]]) });
    expect(JSON.parse(out)).toEqual({
      lane: null,
      rule: null,
      headers: [
        ['x-user-id', 'ü'],
        ['x-bytes', value],
      ],
    });
  });

  test('is answered up to a line that is no request', async () => {
    const stdin = `${request(1)}\n{"path":"/"}\n${request(2)}\n`;
    const { code, out, err } = await exited(['explain', '-c', config, '-r', '-'], { stdin });
    expect([code, out.split('\n').length]).toEqual([1, 2]);
    expect(err).toMatch(/^error GL2004: standard input, line 2: authority is missing\. [^\n]+\n$/);
  });

  test('ends in silence when nobody reads the answers', async () => {
    const stdin = `${request(1)}\n`.repeat(50_000);
    expect(await exited(['explain', '-c', config, '-r', '-'], { stdin, isCut: true })).toMatchObject({
      code: 0,
      err: '',
    });
  });
});

describe('the agent', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('works until %s', async (signal) => {
    await writeFile(join(folder, 'all.json'), release(true));
    await rm(config);
    const target = join(folder, 'out');
    let isAsked = false;
    const { code, out, err } = await exited(['run', '-i', folder, '-t', `envoy:${target}`], {
      onError: (text, child) => {
        if (isAsked || !text.includes('envoy.json revision=')) return;
        isAsked = true;
        child.kill(signal);
      },
    });
    expect([code, out]).toEqual([0, '']);
    expect(err).toMatch(/ info stopped\n$/);
    expect(await readdir(target)).toContain('ecds.json');
  });
});

describe('an error', () => {
  test('is one line, without where it happened', async () => {
    const { code, out, err } = await exited(['check', join(folder, 'none')]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^error GL2001: [^\n]+\n$/);
  });

  test('shows where it happened with DEBUG', async () => {
    const { err } = await exited(['check', join(folder, 'none')], { env: { DEBUG: '1' } });
    expect(err).toMatch(/\n {4}at /);
  });
});

describe('a plugin that', () => {
  let command: string;
  let plugin: string;

  beforeEach(async () => {
    command = join(folder, 'installed/dist/agent/main.js');
    plugin = join(folder, 'installed/build/plugin.wasm');
    await cp(dirname(BUILT), dirname(command), { recursive: true });
    await mkdir(dirname(plugin));
    await symlink(
      fileURLToPath(new URL('../../node_modules', import.meta.url)),
      join(folder, 'installed/node_modules'),
    );
    await writeFile(join(folder, 'installed/package.json'), '{"type":"module"}');
  });

  const said = async (): Promise<string> => (await exited(['check', '-'], { command })).err;

  test('is missing is told', async () => {
    expect(await said()).toMatch(/^error GL3001: plugin.wasm is not where it was installed\. [^\n]+\n$/);
  });

  test('is no module is told', async () => {
    await writeFile(plugin, 'no wasm');
    expect(await said()).toMatch(/^error GL3002: plugin.wasm: WebAssembly.Module\(\): [^\n]+\n$/);
  });

  test('is a folder is told', async () => {
    await mkdir(plugin);
    expect(await said()).toMatch(/^error GL3002: plugin.wasm: it is a folder where a file is needed\. [^\n]+\n$/);
  });

  test("is not graylane's is told", async () => {
    await writeFile(plugin, probe.bytes);
    expect(await said()).toMatch(/^error GL3002: plugin.wasm is not graylane's plugin of this version: [^\n]+\n$/);
  });

  test('is not needed is not loaded', async () => {
    expect(await exited(['--help'], { command })).toMatchObject({ code: 0, err: '' });
  });
});
