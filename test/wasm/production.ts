import { readFileSync } from 'node:fs';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { PluginModule } from '../../agent/wasm/module.ts';

/** The plugin that gateways run. */
export const production: PluginModule = PluginModule.load(
  readFileSync(new URL('../../build/plugin.wasm', import.meta.url)),
);

/** Header x-user-id `100` gets the tag gray; other headers, `7` and the set `team`, get others. */
export const CONFIG: PluginConfig = {
  revision: 'r1',
  sets: { team: ['1', '2'] },
  rules: [
    {
      id: 'first',
      lane: 'default/a',
      conditions: [{ kind: 'header', name: 'x-user-id', operator: 'exact', value: '7' }],
      headers: { set: [{ name: 'x-mse-tag', value: 'seven' }] },
    },
    {
      id: 'second',
      lane: 'default/b',
      conditions: [
        { kind: 'header', name: 'x-user-id', operator: 'exact', value: '100' },
        { kind: 'query', name: 'q', operator: 'present', negate: true },
      ],
      scope: [{ hosts: ['example.com'], paths: [{ operator: 'prefix', value: '/a' }] }],
      headers: {
        set: [{ name: 'x-mse-tag', value: 'gray' }],
        add: [{ name: 'x-new', value: '1' }],
        remove: ['cookie'],
      },
    },
    {
      id: 'third',
      lane: 'default/b',
      conditions: [{ kind: 'header', name: 'x-team', operator: 'in', set: 'team' }],
      headers: { set: [{ name: 'x-mse-tag', value: 'team' }] },
    },
  ],
};
