import { describe, expect, test } from 'vitest';
import type { PluginConfig, Rule } from '../../agent/model/plugin-config.ts';
import { driftOf, remainder, withdraws } from '../../agent/targets/wasmplugin/drift.ts';

function rule(id: string, value = '100'): Rule {
  const conditions = [{ kind: 'header', name: 'x-user-id', operator: 'exact', value }] as const;
  return { id, lane: 'default/a', conditions, headers: { set: [{ name: 'x-mse-tag', value: 'gray' }] } };
}

const compiled: PluginConfig = { revision: 'r2', rules: [rule('a'), rule('b')] };

describe('the difference between what is live and what was compiled', () => {
  test('is none when both have the same content, in whatever order their keys come', () => {
    const live = { rules: [rule('a'), rule('b')], revision: 'r2' };
    expect(driftOf(live, compiled)).toEqual({
      isDrifted: false,
      liveRevision: 'r2',
      compiledRevision: 'r2',
      added: [],
      removed: [],
      changed: [],
      isReordered: false,
      keys: [],
    });
  });

  test('names rules that are added, removed and changed', () => {
    const live = { revision: 'r1', rules: [rule('gone'), rule('b', '200')] };
    expect(driftOf(live, compiled)).toMatchObject({
      isDrifted: true,
      liveRevision: 'r1',
      added: ['a'],
      removed: ['gone'],
      changed: ['b'],
      isReordered: false,
    });
  });

  test('is everything when nothing is live', () => {
    expect(driftOf(undefined, compiled)).toMatchObject({
      isDrifted: true,
      liveRevision: undefined,
      added: ['a', 'b'],
      removed: [],
    });
  });

  test('tells of an order that is not the same', () => {
    const drift = driftOf({ revision: 'r2', rules: [rule('b'), rule('a')] }, compiled);
    expect(drift).toMatchObject({ isDrifted: true, added: [], removed: [], changed: [], isReordered: true });
  });

  test('tells no new order from rules that came or went', () => {
    const drift = driftOf({ rules: [rule('x'), rule('b')] }, { rules: [rule('a'), rule('b'), rule('c')] });
    expect(drift.isReordered).toBe(false);
  });

  test('names keys beside the rules that somebody set', () => {
    const live = { ...compiled, tagHeader: 'x-other', clientTag: 'keep' };
    expect(driftOf(live, compiled)).toMatchObject({ isDrifted: true, keys: ['clientTag', 'tagHeader'], changed: [] });
  });

  test.each([['text'], [null], [[]], [{ rules: 'none' }], [{ rules: [null, 7, { id: 3 }] }]])(
    'can be told from %j, which is no configuration',
    (live) => {
      expect(driftOf(live, compiled)).toMatchObject({ isDrifted: true, added: ['a', 'b'] });
    },
  );

  test('names rules without an id by their place', () => {
    expect(driftOf({ rules: [rule('a'), { lane: 'x' }] }, compiled).removed).toEqual(['rules[1]']);
  });
});

describe('a rule is withdrawn', () => {
  test('when it is not there any more', () => {
    expect(withdraws(compiled, { rules: [rule('a')] })).toBe(true);
  });

  test('when its conditions are others', () => {
    expect(withdraws(compiled, { rules: [rule('a'), rule('b', '200')] })).toBe(true);
  });

  test('not when rules are only added', () => {
    expect(withdraws(compiled, { rules: [rule('c'), rule('a'), rule('b')] })).toBe(false);
  });

  test('not when nothing was live', () => {
    expect(withdraws(undefined, compiled)).toBe(false);
  });
});

test('what remains of a configuration is what is live of it already, in the new order', () => {
  const live = { rules: [rule('b'), rule('gone'), rule('a'), rule('c', '1')] };
  const rest = remainder(live, { rules: [rule('a'), rule('b'), rule('c', '2'), rule('d')] });
  expect(rest.rules).toEqual([rule('a'), rule('b')]);
  expect(rest.revision).toEqual(expect.stringMatching(/./));
});
