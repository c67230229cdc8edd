import { get, type Request } from '../request.ts';
import type { Case } from './case.ts';

const HERE: readonly Request[] = [get('/')];

/** Conditions on who asks, and on a share of all. */
export const SHARE: readonly Case[] = [
  {
    title: 'sourceIp within',
    conditions: [{ kind: 'sourceIp', cidrs: ['10.0.0.0/8', '127.0.0.0/8'] }],
    gray: HERE,
    base: [],
  },
  { title: 'sourceIp of one address', conditions: [{ kind: 'sourceIp', cidrs: ['127.0.0.1'] }], gray: HERE, base: [] },
  {
    title: 'sourceIp outside',
    conditions: [{ kind: 'sourceIp', cidrs: ['127.0.0.2/32', '::/0'] }],
    gray: [],
    base: HERE,
  },
  {
    title: 'sourceIp outside, negated',
    conditions: [{ kind: 'sourceIp', cidrs: ['10.0.0.0/8'], negate: true }],
    gray: HERE,
    base: [],
  },
  {
    title: 'sourceIp, which a client does not choose',
    conditions: [{ kind: 'sourceIp', cidrs: ['10.0.0.0/8'] }],
    gray: [],
    base: [get('/', ['x-forwarded-for', '10.0.0.1'])],
  },
  { title: 'percent of nothing', conditions: [{ kind: 'percent', basisPoints: 0, salt: '' }], gray: [], base: HERE },
  {
    title: 'percent of everything',
    conditions: [{ kind: 'percent', basisPoints: 10000, salt: '' }],
    gray: HERE,
    base: [],
  },
  {
    title: 'percent of everything that has the key',
    conditions: [{ kind: 'percent', basisPoints: 10000, salt: 's', key: { kind: 'header', name: 'x-user-id' } }],
    gray: [get('/', ['x-user-id', '1']), get('/', ['x-user-id', ''])],
    base: [get('/')],
  },
  {
    title: 'percent, negated',
    conditions: [{ kind: 'percent', basisPoints: 10000, salt: 's', key: { kind: 'cookie', name: 'u' }, negate: true }],
    gray: [get('/')],
    base: [get('/', ['cookie', 'u=1'])],
  },
];
