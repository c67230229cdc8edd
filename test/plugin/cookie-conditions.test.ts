import { describe, expect, test } from 'vitest';
import { get, meets, serving } from './gateway.ts';

const user = (value: string, name = 'user') => ({ kind: 'cookie', name, operator: 'exact', value }) as const;
const cookies = (...values: readonly string[]) =>
  get(
    '/',
    values.map((value) => ['cookie', value] as const),
  );

describe('a cookie condition', () => {
  test.each([
    [['user=100'], '100', 'the only cookie'],
    [['a=b; user=100; c=d'], '100', 'one among others'],
    [['a=b;user=100;c=d'], '100', 'one without blanks'],
    [['a=b;\t user \t=\t 100 \t;c'], '100', 'one with blanks everywhere'],
    [['user=100; user=7'], '100', 'the first of several'],
    [['a=b', 'user=100'], '100', 'one in a second header'],
    [['user=100', 'user=7'], '100', 'the first of several headers'],
    [['user="100"'], '"100"', 'one with its quotes'],
    [['user=a=b'], 'a=b', 'an equals sign in the value'],
    [['user='], '', 'an empty one'],
    [['user=  '], '', 'one of blanks'],
    [['user; user=100'], '100', 'one behind a piece without equals sign'],
    [[';;; user=100;;'], '100', 'one among empty pieces'],
    [['user=a b'], 'a b', 'a blank in the value'],
    [['user=%31'], '%31', 'no decoding'],
    [['user=a,b'], 'a,b', 'a comma'],
    [['User=7; user=100'], '100', 'the one in this case'],
    [['user=é'], 'é', 'bytes'],
  ])('on %j: user is %j: %s', (values, value) => {
    expect(meets(user(value), cookies(...values))).toBe(true);
  });

  test.each([
    [[], 'no cookie'],
    [[''], 'an empty header'],
    [['user'], 'no equals sign'],
    [['users=1'], 'a longer name'],
    [['use=1'], 'a shorter name'],
    [['USER=1'], 'another case'],
    [['=user'], 'no name'],
    [['a=user=1'], 'a value that looks like it'],
    [['"user"=1'], 'quotes'],
    [['a=b, user=1'], 'a comma in front'],
  ])('finds none on %j: %s', (values) => {
    expect(meets({ kind: 'cookie', name: 'user', operator: 'present' }, cookies(...values))).toBe(false);
  });

  test('finds several cookies', () => {
    const rule = { id: 'r', lane: 'l', conditions: [user('1', 'a'), user('2', 'b')], headers: { remove: ['x'] } };
    const gateway = serving({ rules: [rule] });
    expect(gateway.decide(cookies('b=2', 'a=1')).rule).toBe(0);
    expect(gateway.decide(cookies('b=2; a=2')).rule).toBe(-1);
  });

  test('may name a cookie by any token', () => {
    expect(meets(user('1', "!#$%&'*+-.^_`|~aZ9"), cookies("!#$%&'*+-.^_`|~aZ9=1"))).toBe(true);
  });

  test('of 8 KB is found at its end', () => {
    expect(meets(user('100'), cookies(`${'a=b; '.repeat(1600)}user=100`))).toBe(true);
  });

  test('does not take the header of another name', () => {
    expect(
      meets(
        user('1'),
        get('/', [
          ['cookie2', 'user=1'],
          ['set-cookie', 'user=1'],
        ]),
      ),
    ).toBe(false);
  });
});
