import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { version } from '../../agent/commands/version.ts';
import { at, integerAt, listAt, textAt } from '../../agent/model/json.ts';
import { judgeOf } from '../../agent/wasm/judge.ts';
import { PluginModule } from '../../agent/wasm/module.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const plugin = readFileSync(join(root, 'build/plugin.wasm'));

const TYPE = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  plugin: 'application/vnd.oci.image.layer.v1.tar+gzip',
  spec: 'application/vnd.module.wasm.spec.v1+yaml',
  readme: 'application/vnd.module.wasm.doc.v1+markdown',
};

// What Higress's image specification asks for, and what Istio's fetcher, which the gateways use, takes.
describe('the image of the plugin', () => {
  let folder: string;
  let image: string;
  let manifest: unknown;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'graylane-plugin-image-'));
    image = join(folder, 'image');
    make(image);
    manifest = JSON.parse(blob(at(index(), 'manifests', 0)).toString());
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const index = (): unknown => JSON.parse(readFileSync(join(image, 'index.json'), 'utf8'));

  /** The content of what a descriptor describes. */
  function blob(descriptor: unknown): Buffer {
    return readFileSync(join(image, 'blobs', (textAt(descriptor, 'digest') ?? '').replace(':', '/')));
  }

  const layer = (type: string): unknown => listAt(manifest, 'layers').find((one) => textAt(one, 'mediaType') === type);

  test('is an OCI image layout with one image of the version of graylane', () => {
    expect(JSON.parse(readFileSync(join(image, 'oci-layout'), 'utf8'))).toEqual({ imageLayoutVersion: '1.0.0' });
    expect(index()).toMatchObject({
      schemaVersion: 2,
      manifests: [{ mediaType: TYPE.manifest, annotations: { 'org.opencontainers.image.ref.name': version() } }],
    });
    expect(listAt(index(), 'manifests')).toHaveLength(1);
  });

  test('has spec, documentation and plugin, each in a layer of its own, the plugin last', () => {
    expect(at(manifest, 'mediaType')).toBe(TYPE.manifest);
    expect(listAt(manifest, 'layers').map((one) => textAt(one, 'mediaType'))).toEqual([
      TYPE.spec,
      TYPE.readme,
      TYPE.plugin,
    ]);
  });

  test('says the size and the digest of everything in it, and has nothing else', () => {
    const described = [...listAt(index(), 'manifests'), at(manifest, 'config'), ...listAt(manifest, 'layers')];
    for (const descriptor of described) {
      const content = blob(descriptor);
      expect(integerAt(descriptor, 'size')).toBe(content.length);
      expect(textAt(descriptor, 'digest')).toBe(digestOf(content));
    }
    expect(readdirSync(join(image, 'blobs/sha256')).length).toBe(described.length);
  });

  test('has a configuration that names the layers as they are unpacked', () => {
    const config: unknown = JSON.parse(blob(at(manifest, 'config')).toString());
    expect(textAt(at(manifest, 'config'), 'mediaType')).toBe(TYPE.config);
    const unpacked = [blob(layer(TYPE.spec)), blob(layer(TYPE.readme)), gunzipSync(blob(layer(TYPE.plugin)))];
    expect(at(config, 'rootfs')).toEqual({ type: 'layers', diff_ids: unpacked.map(digestOf) });
  });

  test('holds plugin.wasm alone in the last layer, byte by byte the one that is built', () => {
    const path = join(folder, 'plugin.tar.gz');
    writeFileSync(path, blob(layer(TYPE.plugin)));
    const listed = spawnSync('tar', ['tvzf', path], { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } });
    expect(listed.stdout).toMatch(/^-rw-r--r-- 0\/0 +\d+ 1970-01-01 00:00 plugin\.wasm\n$/);
    const { stdout } = spawnSync('tar', ['xzOf', path, 'plugin.wasm'], { maxBuffer: 1e8 });
    expect(stdout.equals(plugin)).toBe(true);
  });

  test('has a spec.yaml with what Higress wants to know, of the version of graylane', () => {
    const spec: unknown = parse(blob(layer(TYPE.spec)).toString());
    expect(spec).toMatchObject({
      apiVersion: '1.0.0',
      info: { name: 'graylane', version: version(), title: expect.any(String), description: expect.any(String) },
      spec: { phase: 'UNSPECIFIED_PHASE', priority: 400, configSchema: { openAPIV3Schema: { type: 'object' } } },
    });
  });

  test.each(['configSchema', 'routeConfigSchema'])('the plugin takes the example of %s', (name) => {
    const spec: unknown = parse(blob(layer(TYPE.spec)).toString());
    const example = at(spec, 'spec', name, 'openAPIV3Schema', 'example');
    expect(listAt(example, 'rules')).toHaveLength(1);
    expect(refusalOf(example)).toBeUndefined();
  });

  test('documents a configuration that the plugin takes', () => {
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(blob(layer(TYPE.readme)).toString()) ?? [];
    expect(refusalOf(parse(example))).toBeUndefined();
  });

  test('comes out the same twice', () => {
    const again = join(folder, 'again');
    expect(make(again)).toBe(make(image));
    for (const name of ['index.json', 'oci-layout']) {
      expect(readFileSync(join(again, name), 'utf8')).toBe(readFileSync(join(image, name), 'utf8'));
    }
  });

  test('is another one when the plugin is', () => {
    const other = join(folder, 'other.wasm');
    writeFileSync(other, Buffer.concat([plugin, Buffer.from([0])]));
    expect(make(join(folder, 'other'), other)).not.toBe(make(image));
  });
});

/** Makes an image; the digest that the script prints. */
function make(out: string, wasm = join(root, 'build/plugin.wasm')): string {
  const words = [join(root, 'scripts/plugin-image.mjs'), '--out', out, '--plugin', wasm];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.split(' ')[0] ?? '';
}

function digestOf(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** What the plugin has against a configuration; undefined when it takes it. */
function refusalOf(config: unknown): unknown {
  const verdict = judgeOf(PluginModule.load(plugin)).judge(JSON.stringify(config));
  return verdict.accepted ? undefined : verdict.error;
}
