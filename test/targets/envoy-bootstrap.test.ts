import { describe, expect, test } from 'vitest';
import { envoyBootstrap } from '../../agent/targets/envoy/bootstrap.ts';
import { field, list, PLUGIN_PATH, render } from './objects.ts';

const listening = { address: '127.0.0.1', outerPort: 10000, innerPort: 10001, adminPort: 9901 };
const bootstrap = envoyBootstrap('/out', listening);
const listeners = list(field(bootstrap, 'static_resources', 'listeners'));
const manager = (listener: unknown): unknown => field(listener, 'filter_chains', 0, 'filters', 0, 'typed_config');
const filters = (listener: unknown): readonly unknown[] =>
  list(field(manager(listener), 'http_filters')).map((filter) => field(filter, 'name'));

describe('what Envoy is started with', () => {
  test('listens where it was told to', () => {
    const socket = (where: unknown): unknown => field(where, 'address', 'socket_address', 'port_value');
    expect([...listeners, field(bootstrap, 'admin')].map(socket)).toEqual([10000, 10001, 9901]);
  });

  test('lets the plugin decide on requests from outside only, so that calls between services keep their tag', () => {
    expect(listeners.map(filters)).toEqual([['graylane', 'router'], ['router']]);
  });

  test('follows the files of the folder', () => {
    const text = JSON.stringify(bootstrap);
    const paths = [...text.matchAll(/"path":"([^"]+)"/g)].map(([, path]) => path);
    expect(paths.sort()).toEqual(['/out/cds.json', '/out/ecds.json', '/out/rds-inner.json', '/out/rds-outer.json']);
  });

  test('asks for the routes by the names that the files have', () => {
    const { files } = render([]);
    const wanted = listeners.map((listener) => field(manager(listener), 'rds', 'route_config_name'));
    expect(wanted).toEqual([field(files.outer.resources[0], 'name'), field(files.inner.resources[0], 'name')]);
  });
});

describe('the plugin for Envoy', () => {
  const { files } = render([], { pluginConfig: { revision: 'r7', rules: [] } });
  const config = field(files.filter.resources[0], 'typed_config', 'config');

  test('is versioned by the revision of its configuration', () => {
    expect(files.filter.version_info).toBe('r7');
  });

  test('is loaded from the folder, with the compiled configuration', () => {
    expect(field(config, 'vm_config', 'code', 'local', 'filename')).toBe(PLUGIN_PATH);
    expect(JSON.parse(String(field(config, 'configuration', 'value')))).toEqual({ revision: 'r7', rules: [] });
  });

  test('is loaded anew should it ever trap, never passed by', () => {
    expect(field(config, 'failure_policy')).toBe('FAIL_RELOAD');
  });
});
