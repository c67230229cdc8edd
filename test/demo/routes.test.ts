import { describe, expect, test } from 'vitest';
import type { Header } from '../../demo/gateway/proxy.ts';
import { clusterOf, readClusters, readRoutes, UnknownConfiguration } from '../../demo/gateway/routes.ts';
import { ingress, path, pod, render, route, service } from '../targets/objects.ts';

/** What the agent writes while A is released: an Ingress leads to A, and a tag to its gray pod. */
const { files } = render(
  [
    service('a'),
    service('b'),
    pod('a', 'stable', '10.0.0.1'),
    pod('a', 'gray', '10.0.0.2'),
    ingress('example.com', [path('/a', 'a')]),
  ],
  { routes: [route('a')] },
);
const outer = readRoutes(files.outer);
const inner = readRoutes(files.inner);

const request = (authority: string, where: string, ...headers: readonly Header[]): readonly Header[] => [
  [':method', 'GET'],
  [':authority', authority],
  [':path', where],
  ...headers,
];
const GRAY: Header = ['x-mse-tag', 'gray'];

describe('a request from outside', () => {
  test('goes to the baseline', () => {
    expect(clusterOf(outer, request('example.com', '/a'))).toBe('default/a:80');
  });

  test('with the tag goes to the gray pods', () => {
    expect(clusterOf(outer, request('example.com', '/a', GRAY))).toBe('default/a:80|x-mse-tag=gray');
  });

  test('goes to the gray pods by any value of the tag header, as Envoy looks at all of them', () => {
    const headers = request('example.com', '/a', ['x-mse-tag', 'b'], GRAY);
    expect(clusterOf(outer, headers)).toBe('default/a:80|x-mse-tag=gray');
  });

  test.each([
    ['EXAMPLE.com:8080', '/a', 'default/a:80'],
    ['example.com', '/a/b?c=d', 'default/a:80'],
    ['example.com', '/a?x=/y', 'default/a:80'],
  ])('to %s%s goes to %s', (authority, where, cluster) => {
    expect(clusterOf(outer, request(authority, where))).toBe(cluster);
  });

  test.each([
    ['example.com', '/ab'],
    ['example.org', '/a'],
    ['', '/a'],
  ])('to "%s"%s has no route', (authority, where) => {
    expect(clusterOf(outer, request(authority, where))).toEqual({ status: 404, reason: 'no route' });
  });
});

describe('a call between services', () => {
  test.each(['b', 'b:80', 'b.default', 'b.default.svc.cluster.local:80'])('to %s goes to the Service', (authority) => {
    expect(clusterOf(inner, request(authority, '/'))).toBe('default/b:80');
  });

  test('with the tag goes to the baseline of a Service that has no gray pods', () => {
    expect(clusterOf(inner, request('b', '/', GRAY))).toBe('default/b:80');
  });
});

describe('virtual hosts', () => {
  const table = readRoutes({
    resources: [
      {
        virtual_hosts: ['*', 'a*', '*.com', '*.b.com', 'a.b.com'].map((domain) => ({
          domains: [domain],
          routes: [{ match: { prefix: '/' }, route: { cluster: domain } }],
        })),
      },
    ],
  });

  test.each([
    ['a.b.com', 'a.b.com'],
    ['c.b.com', '*.b.com'],
    ['a.c.com', '*.com'],
    ['a.org', 'a*'],
    ['org', '*'],
  ])('%s is served by %s', (authority, domain) => {
    expect(clusterOf(table, request(authority, '/'))).toBe(domain);
  });
});

describe('a cluster', () => {
  test('has its endpoints in the order of their priorities', () => {
    const clusters = readClusters(files.clusters);
    expect(clusters.get('default/a:80|x-mse-tag=gray')).toEqual([
      [{ address: '10.0.0.2', port: 8080 }],
      [{ address: '10.0.0.1', port: 8080 }],
    ]);
  });
});

describe('what this gateway does not know', () => {
  const withRoute = (given: object): object => ({
    resources: [{ virtual_hosts: [{ domains: ['*'], routes: [given] }] }],
  });
  const action = { cluster: 'a' };

  test.each([
    ['weighted clusters', { match: { prefix: '/' }, route: { weighted_clusters: {} } }],
    ['a pattern', { match: { safe_regex: { regex: '/a' } }, route: action }],
    ['query parameters', { match: { prefix: '/', query_parameters: [{ name: 'a' }] }, route: action }],
    ['no path', { match: {}, route: action }],
    ['no match', { route: action }],
    ['a pattern for a header', { match: { prefix: '/', headers: [{ name: 'a', string_match: {} }] }, route: action }],
  ])('is refused and not guessed at: %s', (_what, given) => {
    expect(() => readRoutes(withRoute(given))).toThrow(UnknownConfiguration);
  });

  test('is refused: no route configuration at all', () => {
    expect(() => readRoutes({ resources: [] })).toThrow(UnknownConfiguration);
  });

  test('is refused: an endpoint without an address', () => {
    const endpoints = [{ lb_endpoints: [{ endpoint: { address: { pipe: {} } } }] }];
    const resources = [{ name: 'a', load_assignment: { endpoints } }];
    expect(() => readClusters({ resources })).toThrow(UnknownConfiguration);
  });
});
