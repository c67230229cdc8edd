import { expect, test } from 'vitest';
import { compile } from '../../agent/compile/compile.ts';
import { withoutRefused } from '../../agent/compile/refusal.ts';
import { rollout } from './rollout-fixture.ts';

const other = { ...rollout({ step: 2 }), metadata: { name: 'b', annotations: { 'graylane.io/scope': 'all' } } };
const both = compile({ objects: [rollout(), other], nowMs: 0 });
const refusal = { rule: 'default/a/1/0', code: 'InvalidRegex', message: 'too large.' };

test('a rule that the plugin refuses is taken out, and the others stay', () => {
  const rest = withoutRefused(both, [refusal]);
  expect(rest.pluginConfig.rules?.map(({ id }) => id)).toEqual(['default/b/2/0']);
  expect(rest.lanes.map(({ rules }) => rules)).toEqual([[], ['default/b/2/0']]);
});

test('what is left is the configuration that would have been compiled without the rule', () => {
  expect(withoutRefused(both, [refusal]).pluginConfig).toEqual(compile({ objects: [other], nowMs: 0 }).pluginConfig);
});

test('the entry of the lane is told what the plugin said', () => {
  expect(withoutRefused(both, [refusal]).diagnostics).toEqual([
    {
      severity: 'error',
      object: { kind: 'Rollout', namespace: 'default', name: 'a' },
      path: '',
      reason: 'RefusedByPlugin',
      message: 'The plugin refuses the rule default/a/1/0: InvalidRegex: too large. Change what the message names.',
    },
  ]);
});

test('nothing changes without a refusal', () => {
  expect(withoutRefused(both, [])).toBe(both);
});

test('several rules are taken out at once', () => {
  const rest = withoutRefused(both, [refusal, { ...refusal, rule: 'default/b/2/0' }]);
  expect(rest.pluginConfig.rules).toEqual([]);
  expect(rest.diagnostics.map(({ object }) => object.name)).toEqual(['a', 'b']);
});

test('only the full stop at the end of what the plugin said is taken off', () => {
  const message = 'a.b at 3';
  expect(withoutRefused(both, [{ ...refusal, message }]).diagnostics[0]?.message).toContain(': a.b at 3. ');
});

test('what was said before stays said', () => {
  const compiled = compile({ objects: [rollout(), { ...other, apiVersion: 'rollouts.kruise.io/v9' }], nowMs: 0 });
  expect(withoutRefused(compiled, [refusal]).diagnostics.map(({ reason }) => reason)).toEqual([
    'RefusedByPlugin',
    'UnsupportedVersion',
  ]);
});
