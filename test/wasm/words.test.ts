import { describe, expect, test } from 'vitest';
import type { Condition, Rule } from '../../agent/model/plugin-config.ts';
import { explainerOf } from '../../agent/wasm/explainer.ts';
import { production } from './production.ts';

const REQUEST = {
  headers: [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':authority', 'Example.com:8080'],
    [':path', '/a/b?q=x%20y&r=1'],
    ['x-user', ' u1 '],
    ['x-user', 'u2'],
    ['cookie', 'a=1; b = 2 '],
    ['cookie', 'c=3'],
  ],
  properties: { 'source.address': '10.0.0.1:5' },
} as const;

/** What is said about the only rule that there is. */
const said = (rule: Partial<Rule>): string | undefined => {
  const rules = [{ id: 'r', lane: 'l', headers: { remove: ['y'] }, conditions: [], ...rule }];
  const config = JSON.stringify({ sets: { team: ['1'] }, rules });
  return /^ {2}r: (.*)$/m.exec(explainerOf(production, config).explain(REQUEST))?.[1];
};

const user = { kind: 'header', name: 'x-user' } as const;
const none = { kind: 'header', name: 'x-none' } as const;
const path = { kind: 'path' } as const;

describe('a condition that does not hold, in words', () => {
  const cases: readonly (readonly [Condition, string])[] = [
    [{ ...user, operator: 'exact', value: 'u' }, 'header x-user is "u": no, it is "u1"'],
    [{ ...user, operator: 'exact', value: 'u1', negate: true }, 'header x-user is not "u1": no, it is "u1"'],
    [{ ...user, operator: 'prefix', value: 'v' }, 'header x-user begins with "v": no, it is "u1"'],
    [
      { ...user, operator: 'prefix', value: 'u', negate: true },
      'header x-user does not begin with "u": no, it is "u1"',
    ],
    [{ ...user, operator: 'suffix', value: '2' }, 'header x-user ends with "2": no, it is "u1"'],
    [{ ...user, operator: 'suffix', value: '1', negate: true }, 'header x-user does not end with "1": no, it is "u1"'],
    [{ ...user, operator: 'contains', value: '2' }, 'header x-user contains "2": no, it is "u1"'],
    [{ ...user, operator: 'contains', value: 'u', negate: true }, 'header x-user does not contain "u": no, it is "u1"'],
    [{ ...user, operator: 'in', set: 'team' }, 'header x-user is in the set team: no, it is "u1"'],
    [{ ...none, operator: 'present' }, 'header x-none is there: no, the request has none'],
    [{ ...none, operator: 'absent', negate: true }, 'header x-none is there: no, the request has none'],
    [{ ...user, operator: 'absent' }, 'header x-user is not there: no, it is "u1"'],
    [{ ...user, operator: 'present', negate: true }, 'header x-user is not there: no, it is "u1"'],
    [{ kind: 'cookie', name: 'b', operator: 'exact', value: '3' }, 'cookie b is "3": no, it is "2"'],
    [{ kind: 'cookie', name: 'c', operator: 'exact', value: '4' }, 'cookie c is "4": no, it is "3"'],
    [{ kind: 'cookie', name: 'd', operator: 'present' }, 'cookie d is there: no, the request has none'],
    [{ kind: 'query', name: 'q', operator: 'exact', value: 'x' }, 'query parameter q is "x": no, it is "x y"'],
    [{ kind: 'query', name: 's', operator: 'present' }, 'query parameter s is there: no, the request has none'],
    [{ ...path, operator: 'exact', value: '/a' }, 'the path is "/a": no, it is "/a/b"'],
    [{ ...path, operator: 'prefix', value: '/b' }, 'the path is "/b" or below it: no, it is "/a/b"'],
    [{ ...path, operator: 'prefix', value: '/a', negate: true }, 'the path is not "/a" or below it: no, it is "/a/b"'],
    [{ kind: 'method', operator: 'exact', value: 'PUT' }, 'the method is "PUT": no, it is "GET"'],
    [{ kind: 'host', operator: 'exact', value: 'a.io' }, 'the host is "a.io": no, it is "example.com"'],
    [
      { kind: 'sourceIp', cidrs: ['1.0.0.0/8', '2.0.0.0/8', '::1', '::2', '::3'] },
      `the client's address is in 1.0.0.0/8 or 2.0.0.0/8 or ::1 or 2 more: no, it is "10.0.0.1:5"`,
    ],
    [
      { kind: 'sourceIp', cidrs: ['10.0.0.0/8'], negate: true },
      `the client's address is not in 10.0.0.0/8: no, it is "10.0.0.1:5"`,
    ],
    [
      { kind: 'percent', basisPoints: 9999, salt: 's' },
      'header x-request-id is among 99.99 %: no, the request has none',
    ],
    [
      { kind: 'percent', basisPoints: 10_000, salt: 's', key: user, negate: true },
      'header x-user is not among 100 %: no, it is "u1"',
    ],
  ];

  test.each(cases)('%j', (condition, text) => {
    expect(said({ conditions: [condition] })).toBe(text);
  });

  test('is the first of its rule that does not hold', () => {
    const conditions: readonly Condition[] = [
      { ...user, operator: 'present' },
      { ...none, operator: 'present' },
      { ...user, operator: 'absent' },
    ];
    expect(said({ conditions })).toBe('header x-none is there: no, the request has none');
  });

  test('is cut where it is long', () => {
    const value = 'v'.repeat(1000);
    expect(said({ conditions: [{ ...user, operator: 'exact', value }] })).toBe(
      `header x-user is "${'v'.repeat(80)}…": no, it is "u1"`,
    );
  });
});

describe('a scope that the request is out of, in words', () => {
  const start = 'its conditions hold, but "example.com/a/b" is out of its scope: ';

  test.each([
    [[{ hosts: ['a.io', '*.b.io'] }], 'a.io or *.b.io'],
    [[{ paths: [{ operator: 'exact', value: '/a' } as const] }], 'any host with the path "/a"'],
    [
      [{ hosts: ['a.io'] }, { hosts: ['c.io'], paths: [{ operator: 'prefix', value: '/d' } as const] }],
      'a.io; or c.io with "/d" or below it',
    ],
  ])('%j', (scope, text) => {
    expect(said({ conditions: [{ ...user, operator: 'present' }], scope })).toBe(`${start}${text}`);
  });
});
