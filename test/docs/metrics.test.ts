import { describe, expect, test } from 'vitest';
import { PluginUnderTest } from '../properties/plugin-under-test.ts';
import { murmur3 } from '../reference/murmur3.ts';
import { Page } from './page.ts';

const rows = new Page('metrics.md').rows('## Of the plugin');
const nameOf = (cell = ''): string => cell.replaceAll('`', '').replace('<lane>', 'default/shop');

const config = (lane: string, revision: string): string =>
  JSON.stringify({
    revision,
    rules: [{ id: 'r', lane, conditions: [{ kind: 'method', operator: 'present' }], headers: { remove: ['x'] } }],
  });

describe('the table of metrics', () => {
  test('has exactly the metrics that the plugin defines, with their types', () => {
    const plugin = new PluginUnderTest();
    plugin.configure(config('default/shop', '1'));
    const { metrics } = plugin.vm;
    expect(rows.map(([name, , type]) => [nameOf(name), type]).sort()).toEqual(
      metrics
        .names()
        .map((name) => [name, metrics.type(name)])
        .sort(),
    );
  });

  test('has the names as Prometheus shows them', () => {
    const shown = rows.map(([, name]) => nameOf(name).replace(/[^A-Za-z0-9_]/g, '_'));
    expect(shown).toEqual(rows.map(([name]) => nameOf(name).replace(/[^A-Za-z0-9_]/g, '_')));
  });
});

describe('graylane.config_revision', () => {
  const gauge = (...configs: readonly string[]): number | undefined => {
    const plugin = new PluginUnderTest();
    for (const each of configs) plugin.configure(each);
    return plugin.vm.metrics.value('graylane.config_revision');
  };

  test('is the hash of the revision that was given', () => {
    expect(gauge(config('a', '2026-11-24'))).toBe(murmur3('2026-11-24', 0));
  });

  test('is the hash of the bytes without one', () => {
    expect(gauge('{"rules": []}')).toBe(murmur3('{"rules": []}', 0));
  });

  test('is 0 while there is no configuration', () => {
    expect(gauge(config('a', '1'), '')).toBe(0);
    expect(gauge(' \n')).toBe(0);
  });

  test('stays that of the configuration in force when another one is refused', () => {
    expect(gauge(config('a', '1'), '{"rules":')).toBe(murmur3('1', 0));
  });
});

test('graylane.config_rejected is 1 until a good configuration comes, config_rejections counts', () => {
  const plugin = new PluginUnderTest();
  const seen = ['{}', '{"a":1}', '{', config('a', '1'), '[]', ''].map((each) => {
    plugin.configure(each);
    const { metrics } = plugin.vm;
    return [metrics.value('graylane.config_rejected'), metrics.value('graylane.config_rejections')];
  });
  expect(seen).toEqual([
    [0, 0],
    [1, 1],
    [1, 2],
    [0, 2],
    [1, 3],
    [0, 3],
  ]);
});
