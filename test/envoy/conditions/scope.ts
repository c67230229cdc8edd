import { at, get } from '../request.ts';
import type { Case } from './case.ts';

const anybody = { kind: 'method', operator: 'present' } as const;

/** Scopes of rules. */
export const SCOPE: readonly Case[] = [
  {
    title: 'scope of a host and a path',
    conditions: [anybody],
    more: { scope: [{ hosts: ['Example.com'], paths: [{ operator: 'prefix', value: '/a' }] }] },
    gray: [get('/a'), at('EXAMPLE.COM:80', get('/a/b?c'))],
    base: [get('/ab'), get('/'), at('a.example.com', get('/a'))],
  },
  {
    title: 'scope of any label, and of any number of labels',
    conditions: [anybody],
    more: { scope: [{ hosts: ['*.one.io'] }, { hosts: ['**.more.io'] }] },
    gray: [at('a.one.io'), at('a.more.io'), at('a.b.More.io:1')],
    base: [at('one.io'), at('a.b.one.io'), at('more.io'), get('/')],
  },
  {
    title: 'scope of paths',
    conditions: [anybody],
    more: {
      scope: [
        { paths: [{ operator: 'exact', value: '/e' }] },
        {
          paths: [
            { operator: 'regex', value: '/r[0-9]' },
            { operator: 'prefix', value: '/p/' },
          ],
        },
      ],
    },
    gray: [get('/e?x'), get('/r1'), get('/p'), get('/p/q')],
    base: [get('/e/'), get('/r12'), get('/pq'), get('/')],
  },
];
