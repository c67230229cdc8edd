import { expect, test } from 'vitest';
import type { Judge } from '../../agent/commands/judge.ts';
import { validatorOf } from '../../agent/commands/validated.ts';
import { compile } from '../../agent/compile/compile.ts';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { rollout } from '../compile/rollout-fixture.ts';

/** A Rollout of that name, whose rule is for the user of that step. */
const named = (name: string, step = 1) =>
  rollout({ step, metadata: { name, annotations: { 'graylane.io/scope': 'all' } } });

/** Refuses the first rule of which that is said, and counts how often it was asked. */
function judging(refuses: (rule: string, index: number) => string | undefined): { judge: Judge; asked: () => number } {
  let count = 0;
  const judge: Judge['judge'] = (text) => {
    count += 1;
    const config: PluginConfig = JSON.parse(String(text));
    for (const [index, rule] of (config.rules ?? []).entries()) {
      const message = refuses(JSON.stringify(rule), index);
      if (message !== undefined) {
        return { accepted: false, error: { code: 'X', pointer: `/rules/${index}`, rule: rule.id, message } };
      }
    }
    return { accepted: true, gauge: 0 };
  };
  return { judge: { plugin: new Uint8Array(), judge }, asked: () => count };
}

const isBad = (rule: string): string | undefined => (rule.includes('default/b/') ? 'no' : undefined);

test('asks once for a configuration without bad rules', () => {
  const { judge, asked } = judging(() => undefined);
  validatorOf(judge)(compile({ objects: [named('a')], nowMs: 0 }));
  expect(asked()).toBe(1);
});

test('does not ask again for the same configuration', () => {
  const { judge, asked } = judging(isBad);
  const validated = validatorOf(judge);
  const compiled = compile({ objects: [named('a'), named('b', 2)], nowMs: 0 });
  const before = validated(compiled);
  const times = asked();
  expect(validated({ ...compiled, diagnostics: [] })).toEqual(before);
  expect(asked()).toBe(times);
});

test('asks once for another configuration with a rule that it knows to be bad', () => {
  const { judge, asked } = judging(isBad);
  const validated = validatorOf(judge);
  validated(compile({ objects: [named('a'), named('b')], nowMs: 0 }));
  const times = asked();
  const next = compile({ objects: [named('a', 2), named('b')], nowMs: 0 });
  expect(validated(next)).toEqual(validatorOf(judging(isBad).judge)(next));
  expect(asked()).toBe(times + 1);
});

test('takes a rule back in as soon as it is another', () => {
  const isBadFirst = (rule: string): string | undefined => (rule.includes('default/b/1') ? 'no' : undefined);
  const validated = validatorOf(judging(isBadFirst).judge);
  validated(compile({ objects: [named('b')], nowMs: 0 }));
  const { pluginConfig } = validated(compile({ objects: [named('b', 2)], nowMs: 0 }));
  expect(pluginConfig.rules?.map(({ id }) => id)).toEqual(['default/b/2/0']);
});

test('takes a rule back in when the rule is gone that it was too much beside', () => {
  const tooMany = (_: string, index: number): string | undefined => (index > 0 ? 'too many' : undefined);
  const validated = validatorOf(judging(tooMany).judge);
  const ids = (...names: readonly string[]) =>
    validated(compile({ objects: names.map((name) => named(name)), nowMs: 0 })).pluginConfig.rules?.map(({ id }) => id);
  expect(ids('a', 'b')).toEqual(['default/a/1/0']);
  expect(ids('b')).toEqual(['default/b/1/0']);
});

test('says of a bad rule what the plugin says of it alone, whatever it says of it beside others', () => {
  const said = (rule: string, index: number): string | undefined =>
    isBad(rule) && (index > 0 ? 'bad beside others' : 'bad');
  const { diagnostics } = validatorOf(judging(said).judge)(compile({ objects: [named('a'), named('b', 2)], nowMs: 0 }));
  expect(diagnostics.map(({ message }) => message)).toEqual([
    'The plugin refuses the rule default/b/2/0: X: bad. Change what the message names.',
  ]);
});
