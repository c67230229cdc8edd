import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { release } from './manifests.ts';
import { type Ended, failing, graylane, PLAIN_EXPLAINER } from './terminal.ts';

let folder: string;
let config: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graylane-explain-'));
  config = join(folder, 'config.yaml');
  await writeFile(config, 'rules: [{id: a}]\n');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const explain = (...words: readonly string[]): Promise<Ended> => graylane(['explain', '--config', config, ...words]);
const asked = async (...words: readonly string[]): Promise<unknown> => JSON.parse((await explain(...words)).out);

describe('one request', () => {
  test('is given as to curl', async () => {
    expect(await asked('-H', 'X-User-Id:  100', '-H', 'x-empty;', 'http://example.com/a?b=c#d')).toEqual({
      headers: [
        [':method', 'GET'],
        [':scheme', 'http'],
        [':authority', 'example.com'],
        [':path', '/a?b=c'],
        ['x-user-id', '100'],
        ['x-empty', ''],
      ],
    });
  });

  test.each([
    ['example.com', 'http', 'example.com', '/'],
    ['HTTPS://Example.com:8443/A/../b', 'https', 'Example.com:8443', '/A/../b'],
    ['http://me:secret@example.com?x', 'http', 'example.com', '/?x'],
    ['http://[::1]:80/a', 'http', '[::1]:80', '/a'],
    ['http://example.com/ä', 'http', 'example.com', '/ä'],
  ])('%s has its parts', async (url, scheme, authority, path) => {
    expect(await asked(url)).toEqual({
      headers: [
        [':method', 'GET'],
        [':scheme', scheme],
        [':authority', authority],
        [':path', path],
      ],
    });
  });

  test('may have a method, a host of its own and the address of its client', async () => {
    expect(await asked('-X', 'POST', '-H', 'Host: other.com', '--source', '10.0.0.1:5', 'http://example.com/')).toEqual(
      {
        headers: [
          [':method', 'POST'],
          [':scheme', 'http'],
          [':authority', 'other.com'],
          [':path', '/'],
        ],
        properties: { 'source.address': '10.0.0.1:5' },
      },
    );
  });

  test('may have what the gateway knows of it', async () => {
    const words = ['--property', 'route_name=a=b', '--property', 'cluster_name=', '--source', '::1', 'example.com'];
    expect(await asked(...words)).toMatchObject({
      properties: { route_name: 'a=b', cluster_name: '', 'source.address': '::1' },
    });
  });

  test('does not have a header that is given without a value', async () => {
    expect(await asked('-H', 'x-none:', 'http://example.com/')).not.toHaveProperty('headers.4');
  });

  test.each([
    [['ftp://example.com/'], '"ftp://example.com/" is no URL of http or https'],
    [['http:///a'], '"http:///a" is no URL of http or https'],
    [['http://example.com/a b'], '"http://example.com/a b" is no URL of http or https'],
    [['-H', 'no header', 'http://example.com/'], '"no header" is no header'],
    [['-H', 'a b: c', 'http://example.com/'], '"a b: c" is no header'],
    [['-X', 'GE T', 'http://example.com/'], '"GE T" is no method'],
    [['--property', 'route_name', 'http://example.com/'], '"route_name" is no NAME=VALUE'],
    [['--property', '=a', 'http://example.com/'], '"=a" is no NAME=VALUE'],
    [['--source', 'here', 'http://example.com/'], '"here" is no address'],
    [['--source', '10.0.0.1.2', 'http://example.com/'], '"10.0.0.1.2" is no address'],
  ])('%j is malformed, which is told', async (words, message) => {
    const { code, err } = await explain(...words);
    expect(code).toBe(1);
    expect(err).toContain(`error GL2004: ${message}.`);
  });
});

describe('a log of requests', () => {
  test('is answered line by line in its order, without blank lines', async () => {
    const path = join(folder, 'log.ndjson');
    const lines = Array.from({ length: 20_000 }, (_, index) => `{"n":${index}}`);
    await writeFile(path, `${lines.join('\n')}\n\n{"last":1}`);
    const { code, out } = await explain('--requests', path);
    expect(code).toBe(0);
    expect(out).toBe(`${[...lines, '{"last":1}'].join('\n')}\n`.toUpperCase());
  });

  test('may come from standard input, cut anywhere', async () => {
    const stdin = '{"a":"ä"}\n{"b":2}\n';
    const { out } = await graylane(['explain', '-c', config, '-r', '-'], { stdin });
    expect(out).toBe('{"A":"Ä"}\n{"B":2}\n');
  });

  test('is answered up to a line that is no request, which is told with its number', async () => {
    const stdin = '{"a":1}\n\nnonsense\n{"b":2}\n';
    const { code, out, err } = await graylane(['explain', '-c', config, '-r', '-'], { stdin });
    expect([code, out]).toEqual([1, '{"A":1}\n']);
    expect(err).toContain('error GL2004: standard input, line 3: not a JSON object.');
  });

  test('is read no further than its answers are', async () => {
    const path = join(folder, 'log.ndjson');
    await writeFile(path, `${JSON.stringify({ x: 'y'.repeat(1000) })}\n`.repeat(5000));
    let decided = 0;
    const decide = (line: string): string => {
      decided += 1;
      return line;
    };
    const stdout = failing('EPIPE', 1);
    const explainer = (): typeof PLAIN_EXPLAINER => ({ ...PLAIN_EXPLAINER, decide });
    expect((await graylane(['explain', '-c', config, '-r', path], { stdout, explainer })).code).toBe(0);
    expect(stdout.writes()).toBe(2);
    expect(decided).toBeLessThan(1000);
  });

  test('that is not there is told', async () => {
    expect((await explain('-r', join(folder, 'none'))).err).toContain('error GL2001: There is nothing at');
  });
});

describe('the configuration', () => {
  test('is loaded as it is', async () => {
    let loaded = '';
    const explainer = (given: Uint8Array | string): typeof PLAIN_EXPLAINER => {
      loaded = String(given);
      return PLAIN_EXPLAINER;
    };
    await graylane(['explain', '-c', config, 'example.com'], { explainer });
    expect(JSON.parse(loaded)).toEqual({ rules: [{ id: 'a' }] });
  });

  test('that is refused is told like graylane check does', async () => {
    await writeFile(config, 'rules: [{id: bad}]\n');
    const { code, err } = await explain('example.com');
    expect(code).toBe(1);
    expect(err).toBe(
      `${config}:1:10: error InvalidValue at /rules/0/id (rule bad): it is bad\n` +
        `error GL2003: ${config} cannot be loaded. Correct what is said above it; graylane check says the same.\n`,
    );
  });

  test('may be compiled from manifests first', async () => {
    const { code, err } = await graylane(['explain', '-i', '-', 'example.com'], { stdin: release(true) });
    expect([code, err]).toEqual([0, '']);
  });

  test('of manifests with errors is used, and ends with 2', async () => {
    const { code, err, out } = await graylane(['explain', '-i', '-', 'example.com'], { stdin: release(true, {}) });
    expect([code, out.startsWith('{')]).toEqual([2, true]);
    expect(err).toContain('EmptyMatch');
  });
});

describe('what cannot go together', () => {
  test.each([
    [['example.com'], 'GL1004: graylane explain needs --config or --input'],
    [['-c', 'x', '-i', 'y', 'example.com'], 'GL1005: --config and --input exclude each other'],
    [['-c', 'x'], 'GL1004: graylane explain needs a URL or --requests'],
    [['-c', 'x', '-r', 'y', 'example.com'], 'GL1005: A single request and --requests exclude each other'],
    [['-c', 'x', '-r', 'y', '-H', 'a: b'], 'GL1005: A single request and --requests exclude each other'],
    [['-c', '-', '-r', '-'], 'GL1005: Standard input can be one thing only'],
  ])('%j is refused', async (words, message) => {
    const { code, err } = await graylane(['explain', ...words]);
    expect(code).toBe(1);
    expect(err).toContain(`error ${message}.`);
  });
});
