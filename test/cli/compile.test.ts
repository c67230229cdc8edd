import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Judge } from '../../agent/commands/judge.ts';
import { release } from './manifests.ts';
import { type Ended, type Given, graylane, PLAIN_JUDGE } from './terminal.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graylane-compile-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const compile = (stdin: string, words: readonly string[] = [], given: Given = {}): Promise<Ended> =>
  graylane(['compile', '--input', '-', ...words], { stdin, ...given });

/** A plugin that refuses whatever has this text in it. */
const refusing = (text: string, rule: string): (() => Judge) => {
  const error = { code: 'InvalidRegex', pointer: '/rules/0', rule, message: 'too large' };
  const judge = (config: Uint8Array | string): ReturnType<Judge['judge']> =>
    String(config).includes(text) ? { accepted: false, error } : { accepted: true, gauge: 1 };
  return () => ({ ...PLAIN_JUDGE, judge });
};

const EMPTY_MATCH = {
  code: 2,
  err: expect.stringMatching(
    /^error default\/a spec\.strategy\.canary\.steps\[0\]\.matches\[0\]: EmptyMatch: .+\.\n(error default\/a .+\n)*$/,
  ),
};

describe('graylane compile', () => {
  test('prints the configuration that is to be in force', async () => {
    const { code, out, err } = await compile(release(true));
    expect([code, err]).toEqual([0, '']);
    const { rules } = parse(out);
    expect(rules).toMatchObject([{ id: 'default/a/1/0', headers: { set: [{ name: 'x-mse-tag', value: 'gray' }] } }]);
    expect(rules[0].conditions).toEqual([{ kind: 'header', name: 'x-user-id', operator: 'exact', value: '100' }]);
  });

  test('prints no rule while nothing is released', async () => {
    expect(parse((await compile(release(false))).out).rules).toEqual([]);
  });

  test('reads a folder', async () => {
    await writeFile(join(folder, 'all.json'), release(true));
    expect(await graylane(['compile', '-i', folder])).toEqual(await compile(release(true)));
  });

  test('prints lanes and diagnostics too as JSON', async () => {
    const { config, lanes, diagnostics } = JSON.parse((await compile(release(true), ['-o', 'json'])).out);
    expect(config.rules).toHaveLength(1);
    expect(lanes).toMatchObject([{ name: 'default/a', active: true, rules: ['default/a/1/0'] }]);
    expect(diagnostics).toEqual([]);
  });

  test('says what could not be honoured, compiles the rest and ends with 2', async () => {
    const ended = await compile(release(true, {}), ['-o', 'json']);
    expect(ended).toMatchObject(EMPTY_MATCH);
    expect(JSON.parse(ended.out).diagnostics[0]).toMatchObject({ reason: 'EmptyMatch', severity: 'error' });
  });

  test('says which document cannot be read', async () => {
    const { code, err } = await compile('a: [\n---\nkind: x\n');
    expect(code).toBe(2);
    expect(err).toMatch(/^error standard input line \d: UnreadableManifest: /);
  });

  test('takes out a rule that the plugin refuses, and says so', async () => {
    const { code, out, err } = await compile(release(true), [], { judge: refusing('x-user-id', 'default/a/1/0') });
    expect([code, parse(out).rules]).toEqual([2, []]);
    expect(err).toContain(
      'error default/a: RefusedByPlugin: The plugin refuses the rule default/a/1/0: InvalidRegex: too large',
    );
  });

  test('prints nothing when the plugin refuses more than a rule', async () => {
    const { code, out, err } = await compile(release(true), [], { judge: refusing('', '') });
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      'internal error GL9001, please report: The plugin says InvalidRegex at /rules/0: too large. Please report it with the manifests that lead to it.\n',
    );
  });

  test('gives up when the plugin refuses rule after rule', async () => {
    const match = (user: number): object => ({ headers: [{ name: 'x-user-id', value: `${user}` }] });
    const manifests = JSON.parse(release(true));
    manifests.items[0].spec.strategy.canary.steps[0].matches = Array.from({ length: 120 }, (_, user) => match(user));
    const judge = (config: Uint8Array | string): ReturnType<Judge['judge']> => {
      const [rule] = JSON.parse(String(config)).rules;
      return { accepted: false, error: { code: 'X', pointer: '/rules/0', rule: rule.id, message: 'no' } };
    };
    const { code, err } = await compile(JSON.stringify(manifests), [], { judge: () => ({ ...PLAIN_JUDGE, judge }) });
    expect(code).toBe(1);
    expect(err).toContain('The plugin refuses more than 100 rules');
  });

  test('points out that there are no manifests', async () => {
    expect(await compile('')).toMatchObject({ code: 0, err: 'note: no manifests in standard input\n' });
  });

  test('says that there is nothing to read', async () => {
    expect((await graylane(['compile', '-i', join(folder, 'x')])).err).toContain('error GL2001: There is nothing at');
  });

  test('tells a person at a terminal what it does, and takes that away again', async () => {
    const { err } = await compile(release(true), [], { isTerminal: true });
    expect(err).toBe('\r\u001b[Kreading standard input\r\u001b[Kcompiling 6 objects\r\u001b[K');
  });
});

describe('graylane compile --format wasmplugin', () => {
  test('prints an object that can be applied', async () => {
    const { out } = await compile(release(true), ['-f', 'wasmplugin', '--url', 'oci://registry.example/graylane:1']);
    expect(parse(out)).toMatchObject({ kind: 'WasmPlugin', spec: { url: 'oci://registry.example/graylane:1' } });
  });

  test('is what graylane check takes', async () => {
    const { out } = await compile(release(true), ['-f', 'wasmplugin', '-o', 'json']);
    expect((await graylane(['check', '-'], { stdin: out })).out).toContain('ok: 1 rule');
  });

  test('quotes every text that some reader of YAML takes for something else', async () => {
    for (const value of [
      '100',
      'yes',
      'off',
      '0o17',
      '017',
      '1:30',
      '1e3',
      '0x1f',
      'null',
      '~',
      '2026-01-01',
      '1_000',
    ]) {
      const { out } = await compile(release(true, { headers: [{ name: 'x-user-id', value }] }), ['-f', 'wasmplugin']);
      expect(out).toMatch(new RegExp(`value: (["'])${value.replace('~', '\\~')}\\1\n`));
    }
  });
});

describe('graylane compile --format envoy', () => {
  test('prints the files by their names', async () => {
    const { code, out } = await compile(release(true), ['-f', 'envoy', '-o', 'json']);
    expect(code).toBe(0);
    const files = JSON.parse(out);
    expect(Object.keys(files)).toEqual(['cds.json', 'rds-outer.json', 'rds-inner.json', 'ecds.json']);
    expect(files['ecds.json'].version_info).toBe(parse((await compile(release(true))).out).revision);
  });

  test('has gray pods alone for a tag where an annotation asks for the mode strict', async () => {
    const manifests = JSON.parse(release(true));
    manifests.items[0].metadata.annotations = { 'graylane.io/mode': 'strict' };
    const { out } = await compile(JSON.stringify(manifests), ['-f', 'envoy', '-o', 'json']);
    const addresses = (text: string): readonly string[] =>
      [...text.matchAll(/"address":"([^"]+)"/g)].map(([, address = '']) => address);
    const clusters: readonly { readonly name: string }[] = JSON.parse(out)['cds.json'].resources;
    expect(clusters.map((cluster) => [cluster.name, ...addresses(JSON.stringify(cluster))])).toEqual([
      ['default/a:80', '10.0.0.1'],
      ['default/a:80|x-mse-tag=gray', '10.0.0.2'],
    ]);
  });

  test('says what the files cannot', async () => {
    const manifests = JSON.parse(release(true));
    manifests.items[3].spec.rules[0].http.paths[0].backend.service.port.number = 81;
    const { err } = await compile(JSON.stringify(manifests), ['-f', 'envoy']);
    expect(err).toContain('warning default/a spec.rules[0].http.paths[0]: BackendNotFound: ');
  });

  test('lets the plugin decide which patterns Envoy takes', async () => {
    const manifests = JSON.parse(release(true));
    const [path] = manifests.items[3].spec.rules[0].http.paths;
    manifests.items[3].metadata.annotations = { 'higress.io/use-regex': 'true' };
    manifests.items[3].spec.rules[0].http.paths = ['/one', '/two', '/two'].map((value) => ({
      ...path,
      path: value,
      pathType: 'ImplementationSpecific',
    }));
    const { out, err } = await compile(JSON.stringify(manifests), ['-f', 'envoy'], { judge: refusing('"r"', 'r') });
    expect(out).not.toContain('safe_regex');
    expect(err.match(/PathNotRouted/g)).toHaveLength(3);
  });
});

describe('graylane compile --format gateway-api', () => {
  test('prints a List that can be applied, Services first, and says what it cannot say', async () => {
    const { code, out, err } = await compile(release(true), ['-f', 'gateway-api']);
    const { kind, items } = parse(out);
    expect(kind).toBe('List');
    expect(
      items.map((item: { kind: string; metadata: { name: string } }) => `${item.kind} ${item.metadata.name}`),
    ).toEqual(['Service a-graylane-gray', 'Service a-graylane-stable', 'HTTPRoute a-graylane']);
    expect(err).toMatch(/^warning default\/a: NoFallback: .*\n$/);
    expect(code).toBe(0);
  });

  test('prints an empty List while nothing is released', async () => {
    expect(parse((await compile(release(false), ['-f', 'gateway-api'])).out).items).toEqual([]);
  });
});

describe('graylane compile --format istio', () => {
  test('prints a list that can be applied, a DestinationRule before the VirtualService that leads to it', async () => {
    const { code, out } = await compile(release(true), ['-f', 'istio', '-o', 'json']);
    expect(code).toBe(0);
    const { kind, items } = JSON.parse(out);
    expect(kind).toBe('List');
    expect(items.map((item: { readonly kind: string }) => item.kind)).toEqual(['DestinationRule', 'VirtualService']);
  });

  test('says what Istio cannot', async () => {
    const manifests = JSON.parse(release(true));
    const service = manifests.items.find((item: { readonly kind: string }) => item.kind === 'Service');
    service.spec.clusterIP = 'None';
    const { code, err } = await compile(JSON.stringify(manifests), ['-f', 'istio']);
    expect(code).toBe(2);
    expect(err).toContain(': HeadlessService: ');
  });
});

describe('graylane compile --format ingress', () => {
  test('prints a list of objects that can be applied', async () => {
    const { code, out } = await compile(release(true), ['-f', 'ingress']);
    expect(code).toBe(0);
    const { kind, items } = parse(out);
    expect(kind).toBe('List');
    expect(items.map((item: { readonly kind: string }) => item.kind)).toEqual(['Ingress', 'Service']);
  });

  test('says what a canary Ingress cannot', async () => {
    const manifests = JSON.parse(release(true));
    manifests.items[3].spec.ingressClassName = 'traefik';
    const { code, err } = await compile(JSON.stringify(manifests), ['-f', 'ingress']);
    expect(code).toBe(2);
    expect(err).toContain('error default/a spec.ingressClassName: ControllerUnknown: ');
  });
});
