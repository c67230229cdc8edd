import { describe, expect, test } from 'vitest';
import { delegateName, grayName, isOwn, ownedMetadata, ownName, stableName } from '../../agent/targets/ownership.ts';
import { service } from './objects.ts';

const LONG = `a${'b'.repeat(62)}`;

function withUid(name: string, uid: string): ReturnType<typeof service> {
  const object = service(name);
  return { ...object, metadata: { ...object.metadata, uid } as typeof object.metadata };
}

describe('the name of what graylane makes', () => {
  test('says for which Service and which pods it is', () => {
    expect([ownName('cart'), grayName('cart', 'gray'), stableName('cart')]).toEqual([
      'cart-graylane',
      'cart-graylane-gray',
      'cart-graylane-stable',
    ]);
  });

  test('has the value of a tag as a label, with a hash where it is none', () => {
    expect(grayName('cart', 'Gray')).toMatch(/^cart-graylane-gray-[0-9a-f]{8}$/);
    expect(grayName('cart', '灰')).toMatch(/^cart-graylane-[0-9a-f]{8}$/);
    expect(grayName('cart', '-a..b-')).toMatch(/^cart-graylane-a-b-[0-9a-f]{8}$/);
  });

  test('differs for values that look alike', () => {
    const names = ['gray', 'Gray', 'GRAY', 'gray-', 'g_ray', 'g-ray', 'g--ray', ''].map((tag) => grayName('a', tag));
    expect(new Set(names).size).toBe(names.length);
  });

  test('of gray pods is never that of stable ones, or of another Service', () => {
    expect(grayName('a', 'stable')).not.toBe(stableName('a'));
    expect(grayName('a', 'tagged')).not.toBe(delegateName('a'));
    expect(grayName('a', 'x-graylane-y')).not.toBe(grayName('a-graylane-x', 'y'));
    expect(grayName('a', 'graylane')).not.toBe(ownName('a-graylane'));
  });

  test('has no more than 63 characters, and differs where only its end would', () => {
    const names = [ownName(LONG), grayName(LONG, 'gray'), grayName(LONG, 'blue'), stableName(LONG)];
    expect(names.map((name) => name.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(new Set(names).size).toBe(4);
  });
});

describe('the metadata of what graylane makes', () => {
  test('has the namespace of the Service and the label, and the Service as its owner', () => {
    expect(ownedMetadata('cart-graylane', withUid('cart', 'u1'))).toEqual({
      name: 'cart-graylane',
      namespace: 'default',
      labels: { 'app.kubernetes.io/managed-by': 'graylane' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'cart', uid: 'u1' }],
    });
  });

  test('has no owner where the Service is known from a manifest alone', () => {
    expect(ownedMetadata('cart-graylane', service('cart'))).not.toHaveProperty('ownerReferences');
  });

  test('has every Service as an owner that it is for', () => {
    const { ownerReferences } = ownedMetadata('front-graylane', withUid('a', 'u1'), service('b'), withUid('c', 'u3'));
    expect(ownerReferences?.map(({ name }) => name)).toEqual(['a', 'c']);
  });

  test('is known again, and that of others is not', () => {
    const metadata = ownedMetadata('cart-graylane', service('cart'));
    expect([isOwn({ metadata }), isOwn(service('cart')), isOwn(undefined)]).toEqual([true, false, false]);
  });
});
