import { get } from '../request.ts';
import type { Case } from './case.ts';

const query = { kind: 'query', name: 'u' } as const;

/** Conditions on parameters of the query. */
export const QUERY: readonly Case[] = [
  {
    title: 'query exact',
    conditions: [{ ...query, operator: 'exact', value: 'b c' }],
    gray: [get('/?u=b+c'), get('/?u=b%20c'), get('/?a=1&u=%62%20c&u=7'), get('/?&&%75=b+c')],
    base: [
      get('/'),
      get('/?u=b%2520c'),
      get('/?u=7&u=b+c'),
      get('/?U=b+c'),
      get('/u=b+c'),
      get('/?x=u=b+c'),
      get('/?u=b%2Bc'),
    ],
  },
  {
    title: 'query prefix',
    conditions: [{ ...query, operator: 'prefix', value: 'a%' }],
    gray: [get('/?u=a%25'), get('/?u=a%'), get('/?u=a%zz')],
    base: [get('/?u=a'), get('/?v=a%25')],
  },
  {
    title: 'query suffix',
    conditions: [{ ...query, operator: 'suffix', value: '=z' }],
    gray: [get('/?u==z'), get('/?u=a=z'), get('/?u=%3Dz')],
    base: [get('/?u=z'), get('/?u')],
  },
  {
    title: 'query contains',
    conditions: [{ ...query, operator: 'contains', value: '&' }],
    gray: [get('/?u=a%26b')],
    base: [get('/?u=a&b'), get('/?u=')],
  },
  {
    title: 'query regex',
    conditions: [{ ...query, operator: 'regex', value: '\\d+' }],
    gray: [get('/?u=1'), get('/?u=%31%32')],
    base: [get('/?u='), get('/?u=1a'), get('/?u=%ff1'), get('/')],
  },
  {
    title: 'query in a set',
    conditions: [{ ...query, operator: 'in', set: 'ids' }],
    gray: [get('/?u=100'), get('/?u=b+c')],
    base: [get('/?u=1'), get('/?u'), get('/')],
  },
  {
    title: 'query present',
    conditions: [{ ...query, operator: 'present' }],
    gray: [get('/?u'), get('/?u='), get('/a/b?x=1&u=1')],
    base: [get('/?'), get('/'), get('/?uu=1')],
  },
  {
    title: 'query absent',
    conditions: [{ ...query, operator: 'absent' }],
    gray: [get('/'), get('/?v')],
    base: [get('/?u')],
  },
  {
    title: 'query exact, negated',
    conditions: [{ ...query, operator: 'exact', value: '1', negate: true }],
    gray: [get('/'), get('/?u=2'), get('/?u=2&u=1')],
    base: [get('/?u=1')],
  },
];
