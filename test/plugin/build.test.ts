import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { RELEASE } from './binary.ts';

const bytes = readFileSync(RELEASE);
const text = bytes.toString('latin1');
const module = new WebAssembly.Module(bytes);

describe('the binary that gateways run', () => {
  test('has at most 40 KiB', () => {
    expect(bytes.length).toBeLessThanOrEqual(40 << 10);
  });

  test('is built from the same sources to the same bytes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'graylane-build-'));
    try {
      const script = fileURLToPath(new URL('../../scripts/build-plugin.mjs', import.meta.url));
      await promisify(execFile)(process.execPath, [script, '--out', join(folder, 'plugin.wasm')]);
      expect((await readFile(join(folder, 'plugin.wasm'))).equals(bytes)).toBe(true);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('asks its host for nothing but these functions of ABI 0.2.1', () => {
    const imports = WebAssembly.Module.imports(module).map(({ module: from, name, kind }) => `${kind} ${from}.${name}`);
    expect(imports.toSorted()).toEqual([
      'function env.proxy_add_header_map_value',
      'function env.proxy_define_metric',
      'function env.proxy_get_buffer_bytes',
      'function env.proxy_get_header_map_pairs',
      'function env.proxy_get_header_map_value',
      'function env.proxy_get_property',
      'function env.proxy_increment_metric',
      'function env.proxy_log',
      'function env.proxy_record_metric',
      'function env.proxy_remove_header_map_value',
      'function env.proxy_replace_header_map_value',
    ]);
  });

  test('offers what Envoy calls, and what the Node host asks besides', () => {
    expect(
      WebAssembly.Module.exports(module)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([
      '_initialize',
      'graylane_decision_list',
      'graylane_decision_rule',
      'graylane_error_len',
      'graylane_error_ptr',
      'graylane_trace',
      'memory',
      'proxy_abi_version_0_2_1',
      'proxy_on_configure',
      'proxy_on_context_create',
      'proxy_on_delete',
      'proxy_on_memory_allocate',
      'proxy_on_request_headers',
    ]);
  });

  test('keeps the names of its functions, for the traces of gateways', () => {
    expect(text).toContain('decide/outcomeOf');
    expect(text).toContain('index/proxy_on_request_headers');
  });

  test('has no object that a collector would have to look after', () => {
    expect(text).not.toMatch(/rt\/(tcms|itcms|stub)|__(new|pin|collect|renew)\b|~lib\/string/);
  });

  test('says nothing of the machine that built it', () => {
    expect(text).not.toContain(fileURLToPath(new URL('../..', import.meta.url)));
    expect(text).not.toMatch(/node_modules|file:\/\/|sourceMappingURL/);
  });
});
