import { at, by, get } from '../request.ts';
import type { Case } from './case.ts';

const path = { kind: 'path' } as const;

const method = { kind: 'method' } as const;

const host = { kind: 'host' } as const;

/** Conditions on what a request has once. */
export const REQUEST_LINE: readonly Case[] = [
  {
    title: 'path exact',
    conditions: [{ ...path, operator: 'exact', value: '/a' }],
    gray: [get('/a'), get('/a?x=/b'), get('/a?')],
    base: [get('/a/'), get('/A'), get('/b?x=/a'), get('/%61')],
  },
  {
    title: 'path prefix, by whole segments',
    conditions: [{ ...path, operator: 'prefix', value: '/a/b/' }],
    gray: [get('/a/b'), get('/a/b/'), get('/a/b/c?d'), get('/a/b?c')],
    base: [get('/a/bc'), get('/a'), get('/x/a/b'), get('//a/b')],
  },
  {
    title: 'path suffix',
    conditions: [{ ...path, operator: 'suffix', value: '.js' }],
    gray: [get('/a.js'), get('/.js?v=1')],
    base: [get('/a.jsx'), get('/a?v=.js')],
  },
  {
    title: 'path contains',
    conditions: [{ ...path, operator: 'contains', value: 'api' }],
    gray: [get('/v1/api/x'), get('/rapid')],
    base: [get('/v1?api'), get('/API')],
  },
  {
    title: 'path regex',
    conditions: [{ ...path, operator: 'regex', value: '/v[0-9]+/.*' }],
    gray: [get('/v1/'), get('/v22/x?y')],
    base: [get('/v/'), get('/a/v1/')],
  },
  {
    title: 'path in a set',
    conditions: [{ ...path, operator: 'in', set: 'places' }],
    gray: [get('/a'), get('/a?b')],
    base: [get('/b'), get('/a/')],
  },
  {
    title: 'path exact, negated',
    conditions: [{ ...path, operator: 'exact', value: '/a', negate: true }],
    gray: [get('/b')],
    base: [get('/a?x')],
  },
  {
    title: 'method exact',
    conditions: [{ ...method, operator: 'exact', value: 'POST' }],
    gray: [by('POST')],
    base: [get('/'), by('PUT')],
  },
  {
    title: 'method regex',
    conditions: [{ ...method, operator: 'regex', value: 'P(OS|U)T' }],
    gray: [by('POST'), by('PUT')],
    base: [by('PATCH'), get('/')],
  },
  {
    title: 'method in a set, negated',
    conditions: [{ ...method, operator: 'in', set: 'places', negate: true }],
    gray: [get('/'), by('PATCH')],
    base: [by('POST')],
  },
  {
    title: 'host exact',
    conditions: [{ ...host, operator: 'exact', value: 'Example.com' }],
    gray: [get('/'), at('EXAMPLE.com'), at('example.com:8080')],
    base: [at('example.org'), at('a.example.com'), at('example.com.')],
  },
  {
    title: 'host suffix',
    conditions: [{ ...host, operator: 'suffix', value: '.example.com' }],
    gray: [at('a.example.com'), at('A.B.Example.Com:1')],
    base: [get('/'), at('a.example.com.evil.org')],
  },
  {
    title: 'host prefix, of an IPv6 address',
    conditions: [{ ...host, operator: 'prefix', value: '[::1]' }],
    gray: [at('[::1]'), at('[::1]:80')],
    base: [at('[::12]'), get('/')],
  },
  {
    title: 'host contains, negated',
    conditions: [{ ...host, operator: 'contains', value: 'ample', negate: true }],
    gray: [at('other.org')],
    base: [get('/'), at('EXAMPLE.org')],
  },
  {
    title: 'host regex',
    conditions: [{ ...host, operator: 'regex', value: '(a|b)\\.example\\.com' }],
    gray: [at('a.example.com'), at('B.example.com:80')],
    base: [at('c.example.com'), at('axexample.com')],
  },
  {
    title: 'host in a set',
    conditions: [{ ...host, operator: 'in', set: 'places' }],
    gray: [get('/'), at('Example.Com:80')],
    base: [at('example.org')],
  },
];
