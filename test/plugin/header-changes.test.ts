import { describe, expect, test } from 'vitest';
import type { HeaderChanges } from '../../agent/model/plugin-config.ts';
import type { Header } from '../../agent/wasm/header-map.ts';
import { forUser, get, serving, valuesOf } from './gateway.ts';

/** The headers behind the pseudo headers after a rule with these changes has decided. */
const changed = (changes: HeaderChanges, headers: readonly Header[] = []): readonly Header[] => {
  const gateway = serving({ rules: [forUser('1', { headers: changes })] });
  return gateway.decide(get('/', [['x-user-id', '1'], ...headers])).headers.slice(5);
};

describe('a decision', () => {
  test('sets a header that was not there', () => {
    expect(changed({ set: [{ name: 'x-a', value: '1' }] })).toEqual([['x-a', '1']]);
  });

  test('sets a header once in place of all that were there', () => {
    const given: readonly Header[] = [
      ['x-a', '2'],
      ['x-b', ''],
      ['x-a', '3'],
    ];
    expect(changed({ set: [{ name: 'X-A', value: '1' }] }, given)).toEqual([
      ['x-b', ''],
      ['x-a', '1'],
    ]);
  });

  test('adds a header to those that were there', () => {
    expect(changed({ add: [{ name: 'X-A', value: '1' }] }, [['x-a', '2']])).toEqual([
      ['x-a', '2'],
      ['x-a', '1'],
    ]);
  });

  test('removes a header wherever it was', () => {
    expect(
      changed({ remove: ['X-A'] }, [
        ['x-a', '2'],
        ['x-b', ''],
        ['x-a', '3'],
      ]),
    ).toEqual([['x-b', '']]);
    expect(changed({ remove: ['x-a'] })).toEqual([]);
  });

  test.each(['', ' ', ' a ', '\ta', 'a, b', 'é中😀', '"', '100%'])('writes the value %j as it is', (value) => {
    expect(changed({ set: [{ name: 'x-a', value }] })).toEqual([['x-a', value]]);
  });

  test('changes headers in the order of the rule', () => {
    const all: HeaderChanges = {
      remove: ['x-a'],
      add: [{ name: 'x-b', value: '2' }],
      set: [{ name: 'x-c', value: '3' }],
    };
    expect(
      changed(all, [
        ['x-a', '0'],
        ['x-b', '1'],
      ]),
    ).toEqual([
      ['x-b', '1'],
      ['x-b', '2'],
      ['x-c', '3'],
    ]);
  });

  test.each(['set', 'add'] as const)('replaces the tag, also by %s', (how) => {
    const tag: HeaderChanges = { [how]: [{ name: 'X-MSE-Tag', value: 'gray' }] };
    expect(
      changed(tag, [
        ['x-mse-tag', 'a'],
        ['x-mse-tag', 'b'],
      ]),
    ).toEqual([['x-mse-tag', 'gray']]);
  });

  test('replaces the tag also where clients may choose', () => {
    const add = [{ name: 'x-mse-tag', value: 'gray' }];
    const gateway = serving({ clientTag: 'keep', rules: [forUser('1', { headers: { add } })] });
    const decided = gateway.decide(
      get('/', [
        ['x-user-id', '1'],
        ['x-mse-tag', 'a'],
      ]),
    );
    expect(valuesOf('x-mse-tag', decided)).toEqual(['gray']);
  });

  test('may take the tag away', () => {
    expect(changed({ remove: ['x-mse-tag'] }, [['x-mse-tag', 'a']])).toEqual([]);
  });

  test('may empty the tag', () => {
    expect(changed({ set: [{ name: 'x-mse-tag', value: '' }] }, [['x-mse-tag', 'a']])).toEqual([['x-mse-tag', '']]);
  });

  test('adds to another spelling of the tag what is not the tag', () => {
    const add = [{ name: 'x_mse_tag', value: 'gray' }];
    expect(changed({ add }, [['x_mse_tag', 'a']])).toEqual([['x_mse_tag', 'gray']]);
  });

  test('lets the request go on, as baseline does', () => {
    const { root } = serving({ rules: [forUser('1')] });
    expect(root.request(get('/', [['x-user-id', '1']])).action).toBe(0);
    expect(root.request(get('/')).action).toBe(0);
  });
});

test('baseline changes no header', () => {
  const request = get('/a?b', [
    ['x-user-id', '7'],
    ['cookie', 'a=b'],
    ['x-a', ' a '],
  ]);
  expect(serving({ rules: [forUser('1')] }).decide(request)).toEqual({ list: -1, rule: -1, headers: request.headers });
});
