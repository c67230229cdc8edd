import { get, type Request } from '../request.ts';
import type { Case } from './case.ts';

const cookie = { kind: 'cookie', name: 'u' } as const;

const cookies = (...values: readonly string[]): Request =>
  get('/', ...values.map((value) => ['cookie', value] as const));

/** Conditions on cookies. */
export const COOKIE: readonly Case[] = [
  {
    title: 'cookie exact',
    conditions: [{ ...cookie, operator: 'exact', value: '100' }],
    gray: [
      cookies('u=100'),
      cookies('a=1; u=100; u=7'),
      cookies('a=1', 'u=100'),
      cookies(' u = 100 ;a'),
      cookies('u;u=100'),
    ],
    base: [
      get('/'),
      cookies('U=100'),
      cookies('u="100"'),
      cookies('u=7', 'u=100'),
      cookies('a=u=100'),
      cookies('u'),
      cookies('uu=100'),
    ],
  },
  {
    title: 'cookie prefix, in the second header',
    conditions: [{ ...cookie, operator: 'prefix', value: '"' }],
    gray: [cookies('u="a"'), cookies('x=1; y=2', 'z=3', 'u="')],
    base: [cookies('u=a"')],
  },
  {
    title: 'cookie suffix',
    conditions: [{ ...cookie, operator: 'suffix', value: '==' }],
    gray: [cookies('u=YQ==')],
    base: [cookies('u=YQ=')],
  },
  {
    title: 'cookie contains',
    conditions: [{ ...cookie, operator: 'contains', value: ', ' }],
    gray: [cookies('u=a, b')],
    base: [cookies('u=a,b')],
  },
  {
    title: 'cookie regex',
    conditions: [{ ...cookie, operator: 'regex', value: 'a|b+' }],
    gray: [cookies('u=a'), cookies('x=1', 'u=bbb')],
    base: [cookies('u=ab'), cookies('u=')],
  },
  {
    title: 'cookie in a set',
    conditions: [{ ...cookie, operator: 'in', set: 'ids' }],
    gray: [cookies('u=100'), cookies('a=1;u=b c')],
    base: [cookies('u=1'), cookies('u='), cookies('100=u')],
  },
  {
    title: 'cookie present',
    conditions: [{ ...cookie, operator: 'present' }],
    gray: [cookies('u=')],
    base: [cookies('u'), get('/'), cookies('')],
  },
  {
    title: 'cookie absent',
    conditions: [{ ...cookie, operator: 'absent' }],
    gray: [cookies('u'), get('/'), cookies('v=1')],
    base: [cookies('u=1'), cookies('v=1', 'u=1')],
  },
  {
    title: 'cookie exact, negated',
    conditions: [{ ...cookie, operator: 'exact', value: '1', negate: true }],
    gray: [get('/'), cookies('u=2; u=1')],
    base: [cookies('u=1; u=2')],
  },
];
