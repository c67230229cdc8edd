import { expect, test } from 'vitest';
import { compile } from '../../agent/compile/compile.ts';
import { configJson } from '../../agent/compile/config.ts';
import { rollout } from './rollout-fixture.ts';

const { pluginConfig } = compile({ objects: [rollout()], nowMs: 0 });

test.each([
  ['a rule', pluginConfig],
  ['no rule', { revision: '1', rules: [] }],
  ['rules without a revision', { rules: pluginConfig.rules ?? [] }],
  ['a text that looks like the end of the rules', { revision: '"rules":[]}', rules: pluginConfig.rules ?? [] }],
])('the JSON of a configuration is that of JSON.stringify: %s', (_, config) => {
  expect(configJson(config).toString()).toBe(JSON.stringify(config));
});
