import { describe, expect, test } from 'vitest';
import type { ScopeEntry } from '../../agent/model/plugin-config.ts';
import { forUser, get, serving, withPseudo } from './gateway.ts';

const isIn = (scope: readonly ScopeEntry[], authority: string | undefined, path: string | undefined = '/'): boolean => {
  const request = withPseudo(':authority', authority, withPseudo(':path', path, get('/', [['x-user-id', '1']])));
  return serving({ rules: [forUser('1', { scope })] }).decide(request).rule === 0;
};

describe('the hosts of a scope', () => {
  test.each([
    ['example.com', 'example.com'],
    ['Example.com', 'EXAMPLE.com:8080'],
    ['*.example.com', 'a.example.com'],
    ['*.Example.com', 'A.EXAMPLE.com:80'],
    ['**.example.com', 'a.example.com'],
    ['**.example.com', 'a.b.c.example.com'],
    ['*.com', 'example.com'],
    ['[::1]', '[::1]:80'],
    ['*.b', 'é.b'],
  ])('%s have %s', (host, authority) => {
    expect(isIn([{ hosts: [host] }], authority)).toBe(true);
  });

  test.each([
    ['example.com', 'a.example.com'],
    ['example.com', 'example.com.'],
    ['*.example.com', 'example.com'],
    ['*.example.com', '.example.com'],
    ['*.example.com', 'a.b.example.com'],
    ['*.example.com', 'axexample.com'],
    ['**.example.com', 'example.com'],
    ['**.example.com', '.example.com'],
    ['**.example.com', 'a..example.com'],
    ['**.example.com', '.a.example.com'],
    ['*.com', '.com'],
    ['*.com', ''],
  ])('%s do not have %j', (host, authority) => {
    expect(isIn([{ hosts: [host] }], authority)).toBe(false);
  });

  test('are any of them', () => {
    const scope = [{ hosts: ['a.io', '*.b.io', 'c.io'] }];
    expect(['a.io', 'x.b.io', 'c.io', 'd.io'].map((host) => isIn(scope, host))).toEqual([true, true, true, false]);
  });

  test('are none for a request that has no host', () => {
    expect(isIn([{ hosts: ['a.io'] }], undefined)).toBe(false);
  });
});

describe('the paths of a scope', () => {
  test.each([
    ['exact', '/a', '/a?x=1', true],
    ['exact', '/a', '/a/', false],
    ['exact', '/a', '/ab', false],
    ['prefix', '/a', '/a/b?x', true],
    ['prefix', '/a/', '/a', true],
    ['prefix', '/a', '/ab', false],
    ['prefix', '/', '/b', true],
    ['regex', '/(a|b)/[0-9]+', '/b/12?x', true],
    ['regex', '/(a|b)/[0-9]+', '/b/12/', false],
  ] as const)('by %s %s have %s: %s', (operator, value, path, holds) => {
    expect(isIn([{ paths: [{ operator, value }] }], 'a.io', path)).toBe(holds);
  });

  test('are any of them', () => {
    const paths = [
      { operator: 'exact', value: '/a' },
      { operator: 'prefix', value: '/b' },
    ] as const;
    expect(['/a', '/b/c', '/c'].map((path) => isIn([{ paths }], 'a.io', path))).toEqual([true, true, false]);
  });

  test('are none for a request that has no path', () => {
    const scope = [{ paths: [{ operator: 'prefix', value: '/' }] }] as const;
    const request = withPseudo(':path', undefined, get('/', [['x-user-id', '1']]));
    expect(serving({ rules: [forUser('1', { scope })] }).decide(request).rule).toBe(-1);
  });
});

describe('a scope', () => {
  const entry = (host: string, path: string): ScopeEntry => ({
    hosts: [host],
    paths: [{ operator: 'prefix', value: path }],
  });

  test('that is absent is every request', () => {
    const gateway = serving({ rules: [forUser('1')] });
    expect(gateway.decide({ headers: [['x-user-id', '1']] }).rule).toBe(0);
  });

  test('needs one of the hosts together with one of the paths of the same entry', () => {
    const scope = [entry('a.io', '/a'), entry('b.io', '/b')];
    expect(isIn(scope, 'a.io', '/a')).toBe(true);
    expect(isIn(scope, 'b.io', '/b/x')).toBe(true);
    expect(isIn(scope, 'a.io', '/b')).toBe(false);
    expect(isIn(scope, 'b.io', '/a')).toBe(false);
  });

  test('may mix entries with hosts and entries with paths', () => {
    const scope = [{ hosts: ['a.io'] }, { paths: [{ operator: 'exact', value: '/b' }] }] as const;
    expect([isIn(scope, 'a.io', '/x'), isIn(scope, 'x.io', '/b'), isIn(scope, 'x.io', '/x')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('sends a request that is out of it to the rules behind', () => {
    const rules = [forUser('1', { id: 'a', scope: [entry('a.io', '/a')] }), forUser('1', { id: 'b' })];
    const gateway = serving({ rules });
    expect(gateway.decide(get('/a', [['x-user-id', '1']])).rule).toBe(1);
  });

  test('is looked at after the conditions', () => {
    const gateway = serving({ rules: [forUser('1', { scope: [entry('a.io', '/a')] })] });
    expect([...gateway.trace(get('/', [['x-user-id', '1']])).outcomes]).toEqual([-2]);
    expect([...gateway.trace(get('/', [['x-user-id', '2']])).outcomes]).toEqual([0]);
    gateway.vm.calls.reset();
    gateway.decide(get('/'));
    expect(gateway.vm.calls.counts()).toEqual({ proxy_get_header_map_value: 3 });
  });
});
