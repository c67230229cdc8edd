import { describe, expect, test } from 'vitest';
import type { Condition } from '../../agent/model/plugin-config.ts';
import { at, get, isMet } from './examples.ts';
import type { Header } from './request.ts';

const user = (value: string): Condition => ({ kind: 'header', name: 'X-User-Id', operator: 'exact', value });
const users = (...values: readonly string[]): readonly Header[] => values.map((value) => ['x-user-id', value]);
const query = (name: string, value: string): Condition => ({ kind: 'query', name, operator: 'exact', value });
const cookie = (name: string, value: string): Condition => ({ kind: 'cookie', name, operator: 'exact', value });
const cookies = (...values: readonly string[]): readonly Header[] => values.map((value) => ['cookie', value]);

describe('a header', () => {
  test('is found by its name without case', () => {
    expect(isMet(user('100'), get('/', users('100')))).toBe(true);
  });

  test('is compared byte by byte', () => {
    expect(isMet(user('a'), get('/', users('A')))).toBe(false);
  });

  test('counts with its first value', () => {
    expect(isMet(user('1'), get('/', users('1', '2')))).toBe(true);
    expect(isMet(user('2'), get('/', users('1', '2')))).toBe(false);
  });

  test('is not split at commas', () => {
    expect(isMet(user('1'), get('/', users('1, 2')))).toBe(false);
    expect(isMet(user('1, 2'), get('/', users('1, 2')))).toBe(true);
  });

  test('loses blanks at both ends and keeps those inside', () => {
    expect(isMet(user('a b'), get('/', users(' \ta b\t ')))).toBe(true);
  });

  test('that is empty is there', () => {
    expect(isMet({ kind: 'header', name: 'x-user-id', operator: 'present' }, get('/', users(' ')))).toBe(true);
    expect(isMet(user(''), get('/', users('')))).toBe(true);
  });

  test('is compared with the UTF-8 bytes of the configuration', () => {
    expect(isMet(user('é'), get('/', users('\u00c3\u00a9')))).toBe(true);
    expect(isMet(user('é'), get('/', users('\u00e9')))).toBe(false);
  });
});

describe('a query parameter', () => {
  test.each([
    ['/a?u=1', true],
    ['/a?x=2&u=1', true],
    ['/a?u=1&u=2', true],
    ['/a?u=2&u=1', false],
    ['/a?%75=%31', true],
    ['/a?%2575=1', false],
    ['/a?&&u=1', true],
    ['/a?U=1', false],
    ['/a?x?u=1', false],
    ['/u=1', false],
    ['/a?b=c?&u=1', true],
    ['/a?u=1#f', false],
  ])('in %s holds for u=1: %s', (target, expected) => {
    expect(isMet(query('u', '1'), get(target))).toBe(expected);
  });

  test('has its plus signs and percent signs decoded once', () => {
    expect(isMet(query('a b', 'c +%41%'), get('/?a+b=c%20%2B%2541%'))).toBe(true);
  });

  test('keeps a percent sign that two hexadecimal digits do not follow', () => {
    expect(isMet(query('u', '%4g%'), get('/?u=%4g%'))).toBe(true);
  });

  test('without an equals sign is empty, not missing', () => {
    expect(isMet(query('u', ''), get('/?u'))).toBe(true);
  });

  test('keeps the equals signs behind the first', () => {
    expect(isMet(query('u', '=1='), get('/?u==1='))).toBe(true);
  });

  test('may decode to bytes that are no UTF-8', () => {
    expect(isMet({ kind: 'query', name: 'u', operator: 'prefix', value: 'a' }, get('/?u=a%ff'))).toBe(true);
    expect(isMet({ kind: 'query', name: 'u', operator: 'regex', value: 'a.' }, get('/?u=a%ff'))).toBe(false);
  });
});

describe('a cookie', () => {
  test.each([
    [['a=1'], true],
    [['b=2; a=1'], true],
    [['b=2', 'a=1'], true],
    [['a=1; a=2'], true],
    [['a=2', 'a=1'], false],
    [['A=1'], false],
    [[' a = 1 ;b'], true],
    [['a; a=1'], true],
    [['a="1"'], false],
    [['xa=1'], false],
    [['a=1=2'], false],
  ])('in %j holds for a=1: %s', (lines, expected) => {
    expect(isMet(cookie('a', '1'), get('/', cookies(...lines)))).toBe(expected);
  });

  test('keeps its quotes and later equals signs', () => {
    expect(isMet(cookie('a', '"1"='), get('/', cookies('a="1"=')))).toBe(true);
  });
});

describe('the request line', () => {
  test('loses blanks at both ends like every header', () => {
    expect(isMet({ kind: 'path', operator: 'exact', value: '/a' }, get(' /a\t'))).toBe(true);
    expect(isMet({ kind: 'path', operator: 'exact', value: '/a ' }, get('/a ?u'))).toBe(true);
    expect(isMet(query('u', '1'), get('/a?u=1 '))).toBe(true);
    expect(isMet({ kind: 'host', operator: 'exact', value: 'a' }, at(' a:80 '))).toBe(true);
  });

  test.each([
    ['/a', '/a', true],
    ['/a', '/a/b', true],
    ['/a', '/ab', false],
    ['/a/', '/a', true],
    ['/a/', '/a/b', true],
    ['/a//', '/a/b', true],
    ['/', '/x', true],
    ['/', '*', true],
    ['/a', '/a?x=/b', true],
    ['/a', '/a//', true],
    ['/a/b', '/a', false],
    ['/a', '/A', false],
    ['/a', '/%61', false],
  ])('path prefix %s holds for %s: %s', (value, target, expected) => {
    expect(isMet({ kind: 'path', operator: 'prefix', value }, get(target))).toBe(expected);
  });

  test('ends at the first question mark for exact, suffix, contains and regex', () => {
    const target = '/a/b?c?d';
    expect(isMet({ kind: 'path', operator: 'exact', value: '/a/b' }, get(target))).toBe(true);
    expect(isMet({ kind: 'path', operator: 'suffix', value: 'b' }, get(target))).toBe(true);
    expect(isMet({ kind: 'path', operator: 'contains', value: '/' }, get(target))).toBe(true);
    expect(isMet({ kind: 'path', operator: 'contains', value: 'c' }, get(target))).toBe(false);
    expect(isMet({ kind: 'path', operator: 'regex', value: '/[ab]/b' }, get(target))).toBe(true);
  });

  test('has a method that is compared with case', () => {
    expect(isMet({ kind: 'method', operator: 'exact', value: 'GET' }, get('/'))).toBe(true);
    expect(isMet({ kind: 'method', operator: 'exact', value: 'get' }, get('/'))).toBe(false);
  });

  test.each([
    ['example.com', 'Example.COM:8443', true],
    ['EXAMPLE.com', 'example.com', true],
    ['example.com', 'example.com:', true],
    ['example.com', 'example.com:80:80', false],
    ['example.com', 'example.com:http', false],
    ['[::1]', '[::1]:80', true],
    ['[::1]', '[::1]', true],
  ])('host %s is that of %s: %s', (value, authority, expected) => {
    expect(isMet({ kind: 'host', operator: 'exact', value }, at(authority))).toBe(expected);
  });

  test('has a host that a set is asked for in lower case', () => {
    const condition: Condition = { kind: 'host', operator: 'in', set: 's' };
    expect(isMet(condition, at('A.com'), { sets: { s: ['a.com'] } })).toBe(true);
    expect(isMet(condition, at('A.com'), { sets: { s: ['A.com'] } })).toBe(false);
  });

  test('has a host that a pattern sees in lower case', () => {
    expect(isMet({ kind: 'host', operator: 'regex', value: 'a\\.com' }, at('A.com:1'))).toBe(true);
    expect(isMet({ kind: 'host', operator: 'regex', value: 'A\\.com' }, at('A.com:1'))).toBe(false);
  });
});
