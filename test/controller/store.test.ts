import { describe, expect, test } from 'vitest';
import { type Item, Store } from '../../agent/controller/store.ts';

const item = (namespace: string, name: string, version = '1', more: object = {}): Item => ({
  key: `${namespace}/${name}`,
  version,
  object: { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name }, ...more },
});

/** A store with these, and the namespaces that it tells of from then on. */
function filled(...items: readonly Item[]): { readonly store: Store; readonly told: (readonly string[])[] } {
  const told: (readonly string[])[] = [];
  const store = new Store((namespaces) => told.push([...namespaces].sort()));
  store.replace(items);
  told.length = 0;
  return { store, told };
}

describe('a store', () => {
  test('is synced when it was given everything once, even nothing', () => {
    const told: number[] = [];
    const store = new Store((namespaces) => told.push(namespaces.size));
    store.put(item('shop', 'a'));
    expect(store.isSynced).toBe(false);
    store.replace([]);
    expect(store.isSynced).toBe(true);
    expect(told).toEqual([1, 1]);
  });

  test('has what was put, under its name', () => {
    const { store } = filled(item('shop', 'a'));
    store.put(item('shop', 'b'));
    expect([store.get('shop/b')?.metadata.name, store.get('shop/c'), store.size]).toEqual(['b', undefined, 2]);
  });

  test('has exactly what it was replaced by', () => {
    const { store, told } = filled(item('shop', 'a'), item('shop', 'b'), item('bank', 'c'));
    store.replace([item('shop', 'b', '2'), item('park', 'd')]);
    expect([...store.keys()].sort()).toEqual(['park/d', 'shop/b']);
    expect(store.size).toBe(2);
    expect([...store.namespaces].sort()).toEqual(['park', 'shop']);
    expect(told).toEqual([['bank', 'park', 'shop']]);
  });

  test('gives the same list of a namespace until something in it changes', () => {
    const { store } = filled(item('shop', 'a'), item('bank', 'c'));
    const [shop, bank] = [store.within('shop'), store.within('bank')];
    store.put(item('bank', 'd'));
    expect(store.within('shop')).toBe(shop);
    expect(store.within('bank')).not.toBe(bank);
    expect(bank).toHaveLength(1);
  });

  test('takes what is the same as before for no change, but remembers its version', () => {
    const { store, told } = filled(item('shop', 'a', '1', { phase: 'Running' }));
    const [before, list] = [store.get('shop/a'), store.within('shop')];
    store.put(item('shop', 'a', '2', { phase: 'Running' }));
    store.replace([item('shop', 'a', '3', { phase: 'Running' })]);
    expect(store.get('shop/a')).toBe(before);
    expect(store.within('shop')).toBe(list);
    expect(store.versionOf('shop/a')).toBe('3');
    expect(told).toEqual([]);
  });

  test('tells of what changed, and of nothing else', () => {
    const { store, told } = filled(item('shop', 'a'), item('bank', 'b'));
    store.put(item('shop', 'a', '2', { phase: 'Running' }));
    store.remove('bank/b');
    store.remove('bank/none');
    expect(told).toEqual([['shop'], ['bank']]);
  });

  test('has nothing of a namespace whose last object is gone', () => {
    const { store } = filled(item('shop', 'a'));
    store.remove('shop/a');
    expect([...store.namespaces]).toEqual([]);
    expect(store.within('shop')).toEqual([]);
    expect(store.list()).toEqual([]);
  });
});
