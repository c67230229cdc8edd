import { describe, expect, test } from 'vitest';
import { get, meets, serving } from './gateway.ts';

const user = (value: string, name = 'user') => ({ kind: 'query', name, operator: 'exact', value }) as const;

describe('a query condition', () => {
  test.each([
    ['/a?user=100', '100', 'the only parameter'],
    ['/a?x=1&user=100&y=2', '100', 'one among others'],
    ['/a?user=100&user=7', '100', 'the first of several'],
    ['/a?user=1=2', '1=2', 'what follows the first equals sign'],
    ['/a?user=', '', 'an empty value'],
    ['/a?user', '', 'a parameter without a value'],
    ['/a?user&user=100', '', 'a first parameter without a value'],
    ['/a?&&user=100&&', '100', 'a parameter among empty pieces'],
    ['/a?=1&user=100', '100', 'a parameter behind one without a name'],
    ['/a?user=a+b', 'a b', 'a plus as a space'],
    ['/a?user=a%20b', 'a b', 'an escaped space'],
    ['/a?user=a%2Bb', 'a+b', 'an escaped plus'],
    ['/a?user=%31%30%30', '100', 'an escaped value'],
    ['/a?user=%c3%A9', 'é', 'escapes in either case'],
    ['/a?user=%2541', '%41', 'an escape decoded once'],
    ['/a?user=%26%3D', '&=', 'escaped separators'],
    ['/a?user=100%', '100%', 'a percent sign at the end'],
    ['/a?user=100%4', '100%4', 'half an escape'],
    ['/a?user=%zz%4g%g4', '%zz%4g%g4', 'escapes that are none'],
    ['/a?user=%%31', '%1', 'an escape behind a percent sign'],
    ['/a?%75ser=100', '100', 'an escaped name'],
    ['/a?user=?', '?', 'a question mark in a value'],
    ['/a??user=1&user=2', '2', 'no question mark in front of the name'],
    ['/a?user=a;b', 'a;b', 'a semicolon'],
    ['/a?user=a#user=b', 'a#user=b', 'what a fragment would be'],
    ['?user=100', '100', 'a query without a path'],
    ['/a?user= 100&', ' 100', 'blanks'],
    ['/a?user=\u00e9', 'é', 'raw bytes'],
  ])('on %s: user is %j: %s', (path, value) => {
    expect(meets(user(value), get(path))).toBe(true);
  });

  test.each([
    ['/a', 'no query'],
    ['/a?', 'an empty query'],
    ['/a?users=1', 'a longer name'],
    ['/a?use=1', 'a shorter name'],
    ['/a?User=1', 'another case'],
    ['/user=1', 'no question mark'],
    ['/a?x=user=1', 'a value that looks like it'],
    ['/a?%2575ser=1', 'a name escaped twice'],
    ['/a?x=1#user=1', 'a fragment'],
  ])('finds none on %s: %s', (path) => {
    expect(meets({ kind: 'query', name: 'user', operator: 'present' }, get(path))).toBe(false);
  });

  test.each([
    ['a b', '/?a+b=1'],
    ['a b', '/?a%20b=1'],
    ['a&b=c', '/?a%26b%3Dc=1'],
    ['é', '/?%C3%A9=1'],
    ['%', '/?%=1'],
    ['%41', '/?%2541=1'],
    ['\u0000', '/?%00=1'],
    ['a'.repeat(4096), `/?${'a'.repeat(4096)}=1`],
  ])('has the name %j as %s', (name, path) => {
    expect(meets(user('1', name), get(path))).toBe(true);
  });

  test('compares decoded bytes that are no text', () => {
    const condition = { kind: 'query', name: 'user', operator: 'suffix', value: 'a' } as const;
    expect(meets(condition, get('/?user=%ff%00a'))).toBe(true);
    expect(meets(condition, get('/?user=%ff%00'))).toBe(false);
  });

  test('finds several parameters', () => {
    const conditions = [user('1', 'a'), user('2', 'b'), user('x y', 'c')] as const;
    const rule = { id: 'r', lane: 'l', conditions, headers: { remove: ['x'] } };
    const gateway = serving({ rules: [rule] });
    expect(gateway.decide(get('/?c=x+y&b=2&a=1')).rule).toBe(0);
    expect(gateway.decide(get('/?c=x+y&b=2&a=2')).rule).toBe(-1);
  });
});
