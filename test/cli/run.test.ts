import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Judge } from '../../agent/commands/judge.ts';
import { release } from './manifests.ts';
import { type Ended, type Given, graylane, PLAIN_JUDGE } from './terminal.ts';

let folder: string;
let input: string;
let target: string;
let stop: AbortController;
let log: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graylane-run-'));
  input = join(folder, 'in');
  target = join(folder, 'out');
  await mkdir(input);
  stop = new AbortController();
  log = '';
});

afterEach(async () => {
  stop.abort();
  await rm(folder, { recursive: true, force: true });
});

const once = (words: readonly string[] = [], given: Given = {}): Promise<Ended> =>
  graylane(['run', '-i', input, '-t', `envoy:${target}`, '--once', ...words], given);

const follow = (given: Given = {}): Promise<Ended> =>
  graylane(['run', '-i', input, '-t', `envoy:${target}`], {
    interruption: stop.signal,
    onError: (text) => {
      log = text;
    },
    ...given,
  });

const put = (text: string): Promise<void> => writeFile(join(input, 'all.json'), text);
const file = async (name: string): Promise<string> => readFile(join(target, name), 'utf8');
const said = (text: string): Promise<void> => vi.waitFor(() => expect(log).toContain(text), { timeout: 20_000 });

describe('graylane run --once', () => {
  test('writes every file and ends', async () => {
    await put(release(true));
    const { code, err } = await once();
    expect(code).toBe(0);
    expect((await readdir(target)).filter((name) => name.endsWith('.json')).sort()).toEqual([
      'cds.json',
      'ecds.json',
      'envoy.json',
      'rds-inner.json',
      'rds-outer.json',
    ]);
    expect(err).toContain(' info lane name=default/a active=true rules=1 live=default/a\n');
  });

  test('writes nothing the second time', async () => {
    await put(release(true));
    await once();
    expect((await once()).err).not.toContain('updated');
  });

  test('ends with 2 when something could not be honoured, and names it in the log', async () => {
    await put(release(true, {}));
    const { code, err } = await once();
    expect(code).toBe(2);
    expect(err).toMatch(
      / error diagnostic object=Rollout:default\/a path=spec\.\S+ reason=EmptyMatch message="[^"]+"\n/,
    );
  });

  test('logs in the format and from the level that it is told', async () => {
    await put(release(true));
    const { err } = await once(['--log-format', 'json']);
    const messages = err
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(messages).toContainEqual(
      expect.objectContaining({ level: 'info', msg: 'lane', name: 'default/a', rules: 1 }),
    );
    expect((await once(['--log-level', 'error'])).err).toBe('');
  });

  test('reads standard input', async () => {
    const words = ['run', '-i', '-', '-t', `envoy:${target}`, '--once'];
    expect((await graylane(words, { stdin: release(true) })).code).toBe(0);
    expect(await file('ecds.json')).toContain('default/a/1/0');
  });

  test('tells Envoy where to listen', async () => {
    await put('');
    await once(['--outer-port', '8080', '--inner-port', '8081', '--admin-port', '8082', '--address', '0.0.0.0']);
    const ports = [...(await file('envoy.json')).matchAll(/"address": "0\.0\.0\.0",\s+"port_value": (\d+)/g)];
    expect(ports.map(([, port]) => port).sort()).toEqual(['8080', '8081', '8082']);
  });

  test('writes nothing that the plugin refuses', async () => {
    await put(release(true));
    const { code, err } = await once([], { judge: refusing(() => true) });
    expect(code).toBe(1);
    expect(err).toContain('internal error GL9001, please report: The plugin says X at /: no.');
    expect((await readdir(target)).filter((name) => name.endsWith('.json'))).toEqual([]);
  });

  test('says when it cannot write', async () => {
    await put('');
    await mkdir(join(target, 'cds.json'), { recursive: true });
    const { code, err } = await once();
    expect(code).toBe(1);
    expect(err).toContain(`error GL4002: ${target}: it is a folder where a file is needed.`);
  });
});

/** A plugin that refuses what the predicate says. */
function refusing(refuses: (config: string) => boolean): () => Judge {
  const error = { code: 'X', pointer: '', rule: '', message: 'no' };
  return () => ({
    ...PLAIN_JUDGE,
    judge: (config) => (refuses(String(config)) ? { accepted: false, error } : { accepted: true, gauge: 1 }),
  });
}

describe('graylane run', () => {
  test('follows the manifests until it is interrupted', async () => {
    await put(release(false));
    const ended = follow();
    await said('envoy.json revision=');
    await put(release(true));
    await said('written=cds.json,rds-outer.json,rds-inner.json,ecds.json revision=');
    await vi.waitFor(async () => expect(await file('ecds.json')).toContain('default/a/1/0'));
    log = '';
    await put(release(false));
    await said('written=ecds.json,cds.json,rds-outer.json,rds-inner.json revision=');
    expect(await file('ecds.json')).not.toContain('default/a/1/0');
    stop.abort();
    const { code, out, err } = await ended;
    expect([code, out]).toEqual([0, '']);
    expect(err.trimEnd()).toMatch(/ info stopped$/);
  });

  test('has lines of one form in its log', async () => {
    await put(release(true, {}));
    const ended = follow();
    await said('updated');
    stop.abort();
    const lines = (await ended).err.trimEnd().split('\n');
    expect(
      lines.filter(
        (line) => !/^\d{4}-\d\d-\d\dT[\d:.]+Z (info|warn|error) [^=]+( \w+=("([^"\\]|\\.)*"|\S+))*$/.test(line),
      ),
    ).toEqual([]);
  });

  test('keeps what is in force when the plugin refuses what comes', async () => {
    await put(release(true));
    let refuses = false;
    const ended = follow({ judge: refusing(() => refuses) });
    await said('envoy.json revision=');
    const before = await file('ecds.json');
    refuses = true;
    await put(release(false));
    await said(
      'error cannot compile, the last good configuration stays code=GL9001 message="The plugin says X at /: no"',
    );
    expect(await file('ecds.json')).toBe(before);
    stop.abort();
    expect((await ended).code).toBe(0);
  });

  test('tells which diagnostics and lanes are gone', async () => {
    await put(release(true, {}));
    const ended = follow();
    await said('reason=EmptyMatch message=');
    await said('updated');
    await put(release(true));
    await said(
      'info diagnostic is gone object=Rollout:default/a path=spec.strategy.canary.steps[0].matches[0] reason=EmptyMatch',
    );
    await put('{}');
    await said('error diagnostic object=File:');
    await rm(join(input, 'all.json'));
    await said('info lane is gone name=default/a');
    stop.abort();
    await ended;
  });

  test('goes on trying when a file cannot be put in place', async () => {
    await put(release(false));
    const ended = follow();
    await said('envoy.json revision=');
    await rm(join(target, 'cds.json'));
    await mkdir(join(target, 'cds.json'));
    await put(release(true));
    await said(
      `error cannot write, trying again code=GL4002 message="${target}: it is a folder where a file is needed"`,
    );
    await rm(join(target, 'cds.json'), { recursive: true });
    await said('written=cds.json');
    stop.abort();
    expect((await ended).code).toBe(0);
  });

  test('ends while it waits to try again', async () => {
    await put(release(false));
    const ended = follow();
    await said('envoy.json revision=');
    await rm(join(target, 'cds.json'));
    await mkdir(join(target, 'cds.json'));
    await put(release(true));
    await said('trying again');
    stop.abort();
    expect((await ended).code).toBe(0);
  });

  test('ends at once when it was interrupted before', async () => {
    await put(release(false));
    stop.abort();
    expect((await follow()).code).toBe(0);
  });
});

/** A kubeconfig that leads to nobody. */
const KUBECONFIG = fileURLToPath(new URL('../fixtures/kubeconfig.yaml', import.meta.url));

describe('graylane run on a cluster that does not answer', () => {
  test('says so, goes on trying, and ends at Ctrl-C', async () => {
    const ended = graylane(['run', '-t', 'higress', '--kubeconfig', KUBECONFIG], {
      interruption: stop.signal,
      onError: (text) => {
        log = text;
      },
    });
    await said('ECONNREFUSED');
    stop.abort();
    const { code, err } = await ended;
    expect(code).toBe(0);
    expect(err.trimEnd()).toMatch(/ info stopped$/);
  });
});

describe('what graylane run cannot do', () => {
  test.each([
    [
      ['-t', 'kong', '-i', 'x', '--kubeconfig', KUBECONFIG],
      'GL1003: --target takes higress, istio or envoy:DIR, not kong',
    ],
    [['-t', 'higress', '-i', 'x', '--once'], 'error GL1003: --once goes with --input and --target envoy:DIR.'],
    [['-t', 'envoy:x', '--once'], 'error GL1003: --once goes with --input and --target envoy:DIR.'],
    [['-t', 'envoy:x', '-i', 'x', '--context', 'y'], 'error GL1005: --input with --target envoy:DIR needs no cluster.'],
    [
      ['-t', 'envoy:x', '-i', 'x', '--watch-namespaces', 'y'],
      'GL1005: --input and --watch-namespaces exclude each other',
    ],
    [
      ['-t', 'envoy:x', '-i', 'x', '--listen', '8080'],
      'GL1003: --listen takes ADDRESS:PORT such as 127.0.0.1:8080, not 8080',
    ],
    [
      ['-t', 'higress', '--kubeconfig', KUBECONFIG, '--watch-namespaces', 'A'],
      'GL1003: --watch-namespaces takes names',
    ],
    [['-t', 'higress', '--kubeconfig', KUBECONFIG, '--lease', 'x'], 'GL1003: --lease takes NAMESPACE/NAME, not x'],
    [['-t', 'higress', '--kubeconfig', KUBECONFIG, '--object', 'x'], 'GL1003: --object takes NAMESPACE/NAME, not x'],
    [['-t', 'higres', '--kubeconfig', '/none'], 'GL1003: --target takes higress, istio or envoy:DIR, not higres'],
    [['-t', 'higress', '--kubeconfig', '/none'], 'error GL5001: There is no kubeconfig at /none.'],
    [['-i', '-', '-t', 'envoy:x'], 'error GL1003: Standard input can be read with --once only.'],
    [
      ['-i', 'x', '-t', 'envoy:x', '--outer-port', '0'],
      'error GL1003: --outer-port takes a port between 1 and 65535, not 0.',
    ],
    [
      ['-i', 'x', '-t', 'envoy:x', '--outer-port', '9901'],
      'GL1003: --outer-port, --inner-port and --admin-port must be',
    ],
    [['-i', 'x', '-t', 'envoy:x', '--address', 'here'], 'GL1003: --address takes an IP address, not here'],
    [['-t', 'istio', '--kubeconfig', KUBECONFIG, '--outer-port', '80'], '--outer-port goes with --target envoy:DIR.'],
    [['-t', 'envoy:x', '--lease', 'a/b'], 'error GL1005: --lease goes with --target higress or istio.'],
    [['-i', 'x', '-t', 'envoy:x', '--routes', 'istio'], 'GL1005: --routes goes with a WasmPlugin as the target'],
    [
      ['-t', 'istio', '--kubeconfig', KUBECONFIG, '--routes', 'nginx'],
      'GL1003: --routes takes gateway-api, istio, ingress',
    ],
    [
      ['-t', 'istio', '--kubeconfig', KUBECONFIG, '--routes', 'istio', '--routes-wait', '-1'],
      'GL1003: --routes-wait takes seconds from 0 to 3600, not -1',
    ],
    [['-i', 'x'], 'error GL1004: graylane run needs -t, --target higress|istio|envoy:DIR.'],
  ])('%j is told', async (words, message) => {
    const { code, err } = await graylane(['run', ...words]);
    expect(code).toBe(1);
    expect(err).toContain(message);
  });

  test('is to follow what is not there', async () => {
    const { code, err } = await graylane(['run', '-i', join(folder, 'none'), '-t', `envoy:${target}`]);
    expect(code).toBe(1);
    expect(err).toContain('error GL2001: There is nothing at');
  });

  test('is to write where a file is', async () => {
    await writeFile(target, '');
    const { code, err } = await graylane(['run', '-i', input, '-t', `envoy:${target}`]);
    expect(code).toBe(1);
    expect(err).toContain(`error GL4002: ${target}: there is a file where a folder is needed.`);
  });
});
