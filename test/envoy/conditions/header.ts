import { get, type Request, utf8 } from '../request.ts';
import type { Case } from './case.ts';

const header = { kind: 'header', name: 'x-user-id' } as const;

const user = (...values: readonly string[]): Request =>
  get('/', ...values.map((value) => ['x-user-id', value] as const));

/** Conditions on headers. */
export const HEADER: readonly Case[] = [
  {
    title: 'header exact',
    conditions: [{ ...header, operator: 'exact', value: '100' }],
    gray: [user('100'), get('/', ['X-USER-ID', '100']), user('100  \t'), user('\t 100'), user('100', '7')],
    base: [
      get('/'),
      user('1000'),
      user('10'),
      user(''),
      user('7', '100'),
      user('100, 7'),
      get('/', ['x_user_id', '100']),
    ],
  },
  {
    title: 'header exact with a name in capitals, and a value beyond ASCII',
    conditions: [{ kind: 'header', name: 'X-User-ID', operator: 'exact', value: 'Jürgen' }],
    gray: [user(utf8('Jürgen'))],
    base: [user(utf8('jürgen')), user('J\xfcrgen'), user('J\x80rgen')],
  },
  {
    title: 'header exact, negated',
    conditions: [{ ...header, operator: 'exact', value: '100', negate: true }],
    gray: [get('/'), user('7'), user('7', '100')],
    base: [user('100')],
  },
  {
    title: 'header prefix',
    conditions: [{ ...header, operator: 'prefix', value: 'ab' }],
    gray: [user('ab'), user('abc'), user('  abc')],
    base: [user('a'), user('Ab'), user('cab'), get('/')],
  },
  {
    title: 'header suffix',
    conditions: [{ ...header, operator: 'suffix', value: 'yz' }],
    gray: [user('yz'), user('xyz'), user('xyz ')],
    base: [user('yza'), user('z'), get('/')],
  },
  {
    title: 'header contains',
    conditions: [{ ...header, operator: 'contains', value: 'mid' }],
    gray: [user('mid'), user('a mid b'), user('mmid')],
    base: [user('mi d'), user('MID'), get('/')],
  },
  {
    title: 'header regex',
    conditions: [{ ...header, operator: 'regex', value: '[1-9][0-9]{2}|v.p' }],
    gray: [user('100'), user('999'), user('vip'), user(utf8('vüp'))],
    base: [user('1000'), user('099'), user('a100'), user('v\xffp'), user('vp'), get('/')],
  },
  {
    title: 'header regex, negated',
    conditions: [{ ...header, operator: 'regex', value: '1.*', negate: true }],
    gray: [user('200'), get('/')],
    base: [user('1'), user('100')],
  },
  {
    title: 'header in a set',
    conditions: [{ ...header, operator: 'in', set: 'ids' }],
    gray: [user('100'), user('b c')],
    base: [user('1'), user('b'), user(''), get('/')],
  },
  {
    title: 'header in a set, negated',
    conditions: [{ ...header, operator: 'in', set: 'ids', negate: true }],
    gray: [user('1'), get('/')],
    base: [user('100'), user('b c ')],
  },
  {
    title: 'header present',
    conditions: [{ ...header, operator: 'present' }],
    gray: [user(''), user('1')],
    base: [get('/'), get('/', ['x_user_id', '1'])],
  },
  {
    title: 'header absent',
    conditions: [{ ...header, operator: 'absent' }],
    gray: [get('/')],
    base: [user(''), user('1')],
  },
  {
    title: 'header absent, negated',
    conditions: [{ ...header, operator: 'absent', negate: true }],
    gray: [user('')],
    base: [get('/')],
  },
  {
    title: 'the tag of a client, which is not there for a condition',
    conditions: [{ kind: 'header', name: 'x-mse-tag', operator: 'present' }],
    gray: [],
    base: [get('/', ['x-mse-tag', 'gray']), get('/', ['x_mse_tag', 'gray']), get('/')],
  },
  {
    title: 'two headers, of which both must be there',
    conditions: [
      { ...header, operator: 'exact', value: '100' },
      { kind: 'header', name: 'x-team', operator: 'exact', value: 'a' },
    ],
    gray: [
      get('/', ['x-user-id', '100'], ['x-team', 'a']),
      get('/', ['x-team', 'a'], ['x-user-id', '100'], ['x-team', 'b']),
    ],
    base: [user('100'), get('/', ['x-team', 'a']), get('/', ['x-user-id', '100'], ['x-team', 'b'], ['x-team', 'a'])],
  },
];
