import { describe, expect, test } from 'vitest';
import type { PercentCondition } from '../../agent/model/plugin-config.ts';
import { type Gateway, get, meets, serving, tagging } from './gateway.ts';

const percent = (basisPoints: number, more: Partial<PercentCondition> = {}): PercentCondition => ({
  kind: 'percent',
  basisPoints,
  salt: 'release-1',
  key: { kind: 'header', name: 'x-user-id' },
  ...more,
});

const USERS = Array.from({ length: 2000 }, (_, index) => `user-${index}`);

const chosen = (condition: PercentCondition, users = USERS): ReadonlySet<string> => {
  const gateway: Gateway = serving({ rules: [tagging(condition)] });
  return new Set(users.filter((user) => gateway.decide(get('/', [['x-user-id', user]])).rule === 0));
};

/** The bucket of a key, by the narrowest share that has it. */
const bucketOf = (key: string, salt: string): number => {
  let low = 0;
  let high = 10_000;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (chosen(percent(middle, { salt }), [key]).size === 1) high = middle;
    else low = middle + 1;
  }
  return low - 1;
};

describe('a percentage', () => {
  test('of nothing has nobody, and of all has everybody', () => {
    expect(chosen(percent(0)).size).toBe(0);
    expect(chosen(percent(10_000)).size).toBe(USERS.length);
  });

  test.each([
    [1000, 200],
    [5000, 1000],
    [9000, 1800],
  ])('of %i basis points has about that share', (basisPoints, expected) => {
    // Five standard deviations are at most 112 of 2000; the users are always the same, so this passes always or never.
    expect(Math.abs(chosen(percent(basisPoints)).size - expected)).toBeLessThan(112);
  });

  test('that is raised only adds users', () => {
    const steps = [1, 50, 500, 2000, 2001, 7500, 9999].map((basisPoints) => chosen(percent(basisPoints)));
    for (const [index, before] of steps.entries()) {
      const after = steps[index + 1];
      if (after !== undefined) expect([...before].every((user) => after.has(user))).toBe(true);
    }
    expect(steps.map(({ size }) => size)).toEqual(steps.map(({ size }) => size).toSorted((a, b) => a - b));
  });

  test('with another salt has other users', () => {
    const first = chosen(percent(5000));
    const second = chosen(percent(5000, { salt: 'release-2' }));
    const both = [...first].filter((user) => second.has(user));
    expect(Math.abs(both.length - USERS.length / 4)).toBeLessThan(100);
  });

  test('has the same users in another VM', () => {
    expect(chosen(percent(3000))).toEqual(chosen(percent(3000)));
  });

  // murmur3_32(key, murmur3_32(salt, 0)) mod 10000, by an implementation that agrees with the published vectors of MurmurHash3.
  test.each([
    ['', '', 0],
    ['1', '', 3939],
    ['abcd', '', 1978],
    ['100', 'release-1', 840],
    ['user-1', 's', 5004],
    ['abc', 'default/a@7f', 3733],
    ['é中文', 'é', 5352],
    ['a'.repeat(1000), 'x', 917],
  ])('puts %j with the salt %j in bucket %i', (key, salt, bucket) => {
    expect(bucketOf(key, salt)).toBe(bucket);
  });

  test('without a key has nobody, whatever the share', () => {
    expect(meets(percent(10_000), get())).toBe(false);
    expect(meets(percent(10_000, { negate: true }), get())).toBe(true);
    expect(meets(percent(0, { negate: true }), get('/', [['x-user-id', '1']]))).toBe(true);
  });

  test('takes an empty key for a key', () => {
    expect(meets(percent(10_000), get('/', [['x-user-id', '']]))).toBe(true);
  });

  test('is per request where it has no key of its own', () => {
    const condition: PercentCondition = { kind: 'percent', basisPoints: 10_000, salt: 's' };
    expect(meets(condition, get('/', [['x-request-id', '0f']]))).toBe(true);
    expect(meets(condition, get('/', [['x-user-id', '1']]))).toBe(false);
  });

  test.each([
    [{ kind: 'query', name: 'u' }, get('/?u=user%2D1')],
    [{ kind: 'cookie', name: 'u' }, get('/', [['cookie', 'u=user-1']])],
    [{ kind: 'header', name: 'X-U' }, get('/', [['x-u', ' user-1 ']])],
  ] as const)('chooses the same users by %j', (key, request) => {
    const bucket = bucketOf('user-1', 's');
    expect(meets(percent(bucket + 1, { key, salt: 's' }), request)).toBe(true);
    expect(meets(percent(bucket, { key, salt: 's' }), request)).toBe(false);
  });

  test('and its rest share out everybody', () => {
    const rules = [tagging(percent(3000), { id: 'some' }), tagging(percent(3000, { negate: true }), { id: 'rest' })];
    const gateway = serving({ rules });
    const decided = USERS.map((user) => gateway.decide(get('/', [['x-user-id', user]])).rule);
    expect(decided.every((rule) => rule === 0 || rule === 1)).toBe(true);
    expect(new Set(decided).size).toBe(2);
  });
});
