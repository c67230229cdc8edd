import { describe, expect, test } from 'vitest';
import type { Comparison, Condition, PluginConfig } from '../../agent/model/plugin-config.ts';
import { get, isMet } from './examples.ts';
import { murmur3 } from './murmur3.ts';

const config: PluginConfig = { sets: { ids: ['100', '200'] } };
const header = (comparison: Comparison, negate?: boolean): Condition => ({
  kind: 'header',
  name: 'x',
  ...comparison,
  ...(negate === undefined ? {} : { negate }),
});

describe('an operator', () => {
  const cases: readonly (readonly [Comparison, string, boolean])[] = [
    [{ operator: 'exact', value: 'ab' }, 'ab', true],
    [{ operator: 'exact', value: 'ab' }, 'abc', false],
    [{ operator: 'prefix', value: 'ab' }, 'abc', true],
    [{ operator: 'prefix', value: 'ab' }, 'xab', false],
    [{ operator: 'suffix', value: 'bc' }, 'abc', true],
    [{ operator: 'suffix', value: 'bc' }, 'bcd', false],
    [{ operator: 'contains', value: 'b' }, 'abc', true],
    [{ operator: 'contains', value: 'bd' }, 'abc', false],
    [{ operator: 'regex', value: 'a[0-9]+' }, 'a12', true],
    [{ operator: 'regex', value: 'a[0-9]+' }, 'a12b', false],
    [{ operator: 'regex', value: 'a|ab' }, 'ab', true],
    [{ operator: 'regex', value: '' }, '', true],
    [{ operator: 'regex', value: '(?i)AB' }, 'ab', true],
    [{ operator: 'regex', value: '.' }, '\u00c3\u00a9', true],
    [{ operator: 'regex', value: '..' }, '\u00c3\u00a9', false],
    [{ operator: 'regex', value: '.' }, '\u00e9', false],
    [{ operator: 'in', set: 'ids' }, '100', true],
    [{ operator: 'in', set: 'ids' }, '10', false],
    [{ operator: 'present' }, '', true],
    [{ operator: 'absent' }, '', false],
  ];
  test.each(cases)('%j holds for %j: %s', (comparison, value, expected) => {
    expect(isMet(header(comparison), get('/', [['x', value]]), config)).toBe(expected);
  });

  test.each(cases)('%j on %j turns round with negate', (comparison, value, expected) => {
    expect(isMet(header(comparison, true), get('/', [['x', value]]), config)).toBe(!expected);
  });

  test.each([
    [{ operator: 'exact', value: '' }, false],
    [{ operator: 'regex', value: '.*' }, false],
    [{ operator: 'in', set: 'ids' }, false],
    [{ operator: 'present' }, false],
    [{ operator: 'absent' }, true],
  ] satisfies [Comparison, boolean][])(
    '%j without a value: %s, and its negation the reverse',
    (comparison, expected) => {
      expect(isMet(header(comparison), get('/'), config)).toBe(expected);
      expect(isMet(header(comparison, true), get('/'), config)).toBe(!expected);
    },
  );
});

describe('sourceIp', () => {
  test.each([
    ['10.0.0.0/8', '10.1.2.3:5555', true],
    ['10.0.0.0/8', '11.1.2.3:5555', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.4', false],
    ['10.9.9.9/8', '10.1.2.3', true],
    ['0.0.0.0/0', '255.1.2.3:1', true],
    ['10.1.2.2/31', '10.1.2.3', true],
    ['2001:db8::/32', '[2001:db8::1]:443', true],
    ['2001:db8::/32', '2001:db8:0:0:0:0:0:1', true],
    ['2001:db8::/32', '[2001:db9::1]:443', false],
    ['::1', '[::1]:443', true],
    ['::/0', '10.1.2.3', false],
    ['0.0.0.0/0', '::1', false],
    ['10.0.0.0/8', '[::ffff:10.1.2.3]:80', true],
    ['10.0.0.0/8', '::ffff:a01:203', true],
    ['::ffff:0:0/96', '::ffff:10.1.2.3', true],
    ['::ffff:0:0/96', '10.1.2.3', true],
    ['::ffff:10.1.2.0/120', '10.1.2.3:80', true],
    ['::ffff:10.1.2.0/120', '10.1.3.3:80', false],
    ['::/0', '::ffff:10.1.2.3', false],
    ['10.0.0.0/8', '::10.1.2.3', false],
    ['0.0.0.0/0', '10.1.2', false],
    ['0.0.0.0/0', '10.1.2.256', false],
    ['0.0.0.0/0', '10.1.2.03', false],
    ['0.0.0.0/0', '', false],
    ['::/0', '1::2::3', false],
    ['::/0', '1:2:3:4:5:6:7:8:9', false],
    ['::/0', '1:2:3:4:5:6:7', false],
    ['::/0', 'fe80::1%eth0', false],
    ['::/0', '1.2.3.4::', false],
    ['::/0', '1:2:3:4:5:6:1.2.3.4', true],
  ])('%s contains %s: %s', (cidr, address, expected) => {
    const request = get('/', [], { 'source.address': address });
    expect(isMet({ kind: 'sourceIp', cidrs: ['192.0.2.1', cidr] }, request)).toBe(expected);
  });

  test('that is unknown or unreadable satisfies a negation only', () => {
    expect(isMet({ kind: 'sourceIp', cidrs: ['0.0.0.0/0'] }, get('/'))).toBe(false);
    expect(isMet({ kind: 'sourceIp', cidrs: ['0.0.0.0/0'], negate: true }, get('/'))).toBe(true);
    const odd = get('/', [], { 'source.address': '/run/socket' });
    expect(isMet({ kind: 'sourceIp', cidrs: ['0.0.0.0/0'], negate: true }, odd)).toBe(true);
  });
});

describe('murmur3', () => {
  test.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['test', 0, 0xba6bd213],
    ['test', 0x9747b28c, 0x704b81dc],
    ['Hello, world!', 0, 0xc0363e43],
    ['Hello, world!', 0x9747b28c, 0x24884cba],
    ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
    ['\xff\xff\xff\xff', 0, 0x76293b50],
    ['!Ce\x87', 0x5082edee, 0x2362f9de],
    ['!Ce', 0, 0x7e4a8634],
    ['!C', 0, 0xa0f7b07a],
    ['!', 0, 0x72661cf4],
  ])('of %j with seed %i is as published', (bytes, seed, expected) => {
    expect(murmur3(bytes, seed)).toBe(expected);
  });
});

describe('percent', () => {
  const share = (basisPoints: number, salt = 's'): Condition => ({ kind: 'percent', basisPoints, salt });
  const ids = Array.from({ length: 2000 }, (_, index) => `user-${index}`);
  const taken = (condition: Condition): readonly string[] =>
    ids.filter((id) => isMet(condition, get('/', [['x-request-id', id]])));

  test('takes nobody at 0 and everybody with a key at 10000', () => {
    expect(taken(share(0))).toEqual([]);
    expect(taken(share(10_000))).toEqual(ids);
  });

  test('takes about its share', () => {
    expect(taken(share(2500)).length).toBeGreaterThan(400);
    expect(taken(share(2500)).length).toBeLessThan(600);
  });

  test('keeps everybody when it is raised', () => {
    const more = new Set(taken(share(3000)));
    expect(taken(share(1000)).filter((id) => !more.has(id))).toEqual([]);
  });

  test('takes others with another salt', () => {
    expect(taken(share(1000, 'next'))).not.toEqual(taken(share(1000)));
  });

  test('uses the hash of the salt as the seed', () => {
    const bucket = murmur3('user-1', murmur3('s', 0)) % 10_000;
    const request = get('/', [['x-request-id', ' user-1']]);
    expect(isMet(share(bucket), request)).toBe(false);
    expect(isMet(share(bucket + 1), request)).toBe(true);
  });

  test('leaves out a request without the key, and its negation takes it', () => {
    expect(isMet(share(10_000), get('/'))).toBe(false);
    expect(isMet({ ...share(10_000), negate: true }, get('/'))).toBe(true);
  });

  test('may be taken over a cookie or query parameter', () => {
    const cookie: Condition = { kind: 'percent', basisPoints: 10_000, salt: '', key: { kind: 'cookie', name: 'u' } };
    expect(isMet(cookie, get('/', [['cookie', 'u=1']]))).toBe(true);
    expect(isMet(cookie, get('/?u=1', [['x-request-id', '1']]))).toBe(false);
    const query: Condition = { kind: 'percent', basisPoints: 10_000, salt: '', key: { kind: 'query', name: 'u' } };
    expect(isMet(query, get('/?u=1'))).toBe(true);
  });
});
