import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { field, httpRoute, ingress, madeByKruise, path, render, route, routes, service } from './objects.ts';

const outer = (objects: readonly KubernetesObject[]): ReturnType<typeof routes> =>
  routes(render([service('a'), service('b'), ...objects]).files, 'outer');
const said = (objects: readonly KubernetesObject[]): readonly string[] =>
  render([service('a'), service('b'), ...objects]).diagnostics.map(({ reason, path: where }) => `${reason} ${where}`);

describe('the routes for requests from outside', () => {
  test('lead from the paths of an Ingress to the baseline of its Services', () => {
    expect(outer([ingress('Example.com', [path('/a', 'a'), path('/', 'b')])])).toEqual({
      'example.com': ['below /a -> default/a:80', 'any / -> default/b:80'],
    });
  });

  test('lead to the gray pods by the tag of a live member, on each of its paths', () => {
    const objects = [service('a'), service('b'), ingress('example.com', [path('/a', 'a'), path('/b', 'b')])];
    expect(routes(render(objects, { routes: [route('a')] }).files, 'outer')).toEqual({
      'example.com': [
        'below /a x-mse-tag=gray -> default/a:80|x-mse-tag=gray',
        'below /a -> default/a:80',
        'below /b -> default/b:80',
      ],
    });
  });

  test('do not look at the port of the host', () => {
    const { files } = render([]);
    expect(field(files.outer.resources[0], 'ignore_port_in_host_matching')).toBe(true);
  });

  test('try exact paths first, then longer ones, whatever the order in which they were written', () => {
    const paths = [path('/', 'a'), path('/x', 'a'), path('/x/y/', 'b'), path('/x', 'b', 'Exact')];
    expect(outer([ingress('h.io', paths)])).toEqual({
      'h.io': [
        'exact /x -> default/b:80',
        'below /x/y -> default/b:80',
        'below /x -> default/a:80',
        'any / -> default/a:80',
      ],
    });
  });

  test('put the paths of several objects for one host together', () => {
    const other = httpRoute(
      [{ matches: [{ path: { value: '/b' } }], backendRefs: [{ name: 'b', port: 80 }] }],
      ['h.io'],
    );
    expect(outer([ingress('h.io', [path('/a', 'a')]), other])).toEqual({
      'h.io': ['below /a -> default/a:80', 'below /b -> default/b:80'],
    });
  });

  test('say which Service or port is not there, and answer its requests with 503 instead of another route', () => {
    const objects = [ingress('h.io', [path('/a', 'gone'), path('/b', 'a', 'Prefix', { number: 81 }), path('/', 'b')])];
    expect(outer(objects)['h.io']).toEqual([
      'below /a -> default/gone',
      'below /b -> default/a',
      'any / -> default/b:80',
    ]);
    expect(said(objects)).toEqual([
      'BackendNotFound spec.rules[0].http.paths[0]',
      'BackendNotFound spec.rules[0].http.paths[1]',
    ]);
  });
});

describe('an Ingress', () => {
  test('without a host is for every host', () => {
    expect(outer([ingress(undefined, [path('/', 'a')])])).toEqual({ '*': ['any / -> default/a:80'] });
  });

  test('with a wildcard means exactly one label', () => {
    expect(outer([ingress('*.example.com', [path('/', 'a')])])).toEqual({
      '*.example.com': ['any / :authority~(?i)[^.]+\\.example\\.com(:[0-9]+)? -> default/a:80'],
    });
  });

  test('with a default backend leads everything else there', () => {
    const { metadata, apiVersion, kind } = ingress('h.io', []);
    const spec = { defaultBackend: { service: { name: 'a', port: { number: 80 } } } };
    expect(outer([{ metadata, apiVersion, kind, spec }])).toEqual({ '*': ['any / -> default/a:80'] });
  });

  test('may name the port, or leave it out', () => {
    const named = service('c', {
      ports: [
        { name: 'other', port: 1 },
        { name: 'web', port: 8080 },
      ],
    });
    const paths = [path('/a', 'c', 'Prefix', { name: 'web' }), path('/b', 'c', 'Prefix', {})];
    expect(outer([named, ingress('h.io', paths)])['h.io']).toEqual([
      'below /a -> default/c:8080',
      'below /b -> default/c:1',
    ]);
  });

  test('takes paths as patterns when it says so, like Higress', () => {
    const annotations = { 'higress.io/use-regex': 'true' };
    const paths = [path('/a(b|c)', 'a', 'ImplementationSpecific'), path('/a', 'b')];
    expect(outer([ingress('h.io', paths, { annotations })])['h.io']).toEqual([
      'regex /a(b|c).* -> default/a:80',
      'below /a -> default/b:80',
    ]);
  });

  test.each([
    ['a canary of its own', ingress('h.io', [path('/', 'a')], { annotations: { 'higress.io/canary': 'true' } })],
    ['the canary that Kruise makes', madeByKruise(ingress('h.io', [path('/', 'a')]))],
    ['a path without a Service', ingress('h.io', [{ path: '/', pathType: 'Prefix', backend: { resource: {} } }])],
  ])('has no routes for %s', (_, object) => {
    expect(outer([object])).toEqual({});
    expect(said([object])).toEqual([]);
  });

  test.each([
    ['a host that is none', ingress('a..*', [path('/', 'a')]), 'PathNotRouted spec.rules[0].host'],
    ['a path that is none', ingress('h.io', [path('a', 'a')]), 'PathNotRouted spec.rules[0].http.paths[0]'],
    ['a type that is none', ingress('h.io', [path('/', 'a', 'Suffix')]), 'PathNotRouted spec.rules[0].http.paths[0]'],
  ])('has no routes for %s, and that is said', (_, object, message) => {
    expect(outer([object])).toEqual({});
    expect(said([object])).toEqual([message]);
  });

  test('keeps a pattern that Envoy would refuse away from it', () => {
    const annotations = { 'nginx.ingress.kubernetes.io/use-regex': 'true' };
    const object = ingress('h.io', [path('/a(?=b)', 'a', 'ImplementationSpecific')], { annotations });
    expect(said([object])).toEqual(['PathNotRouted spec.rules[0].http.paths[0]']);
  });
});

describe('an HTTPRoute', () => {
  const toA = { backendRefs: [{ name: 'a', port: 80 }] };

  test('without host names and matches leads everything to its Service', () => {
    expect(outer([httpRoute([toA])])).toEqual({ '*': ['any / -> default/a:80'] });
  });

  test('leads each host name there', () => {
    expect(Object.keys(outer([httpRoute([toA], ['a.io', '*.b.io'])]))).toEqual(['a.io', '*.b.io']);
  });

  test('asks for headers, query parameters and the method too, the more the earlier', () => {
    const matches = [
      { path: { type: 'Exact', value: '/x' } },
      { method: 'POST' },
      { headers: [{ name: 'x-a', value: '1' }] },
      {
        headers: [
          { name: 'x-a', value: '1' },
          { name: 'x-b', type: 'RegularExpression', value: 'b+' },
        ],
      },
      { queryParams: [{ name: 'q', value: 'v' }] },
    ];
    expect(outer([httpRoute([{ ...toA, matches }])])['*']).toEqual([
      'exact /x -> default/a:80',
      'any / :method=POST -> default/a:80',
      'any / x-a=1 x-b~b+ -> default/a:80',
      'any / x-a=1 -> default/a:80',
      'any / q=v -> default/a:80',
    ]);
  });

  test('keeps its own header matches beside the tag', () => {
    const matches = [{ headers: [{ name: 'x-a', value: '1' }] }];
    const objects = [service('a'), httpRoute([{ ...toA, matches }])];
    expect(routes(render(objects, { routes: [route('a')] }).files, 'outer')['*']).toEqual([
      'any / x-a=1 x-mse-tag=gray -> default/a:80|x-mse-tag=gray',
      'any / x-a=1 -> default/a:80',
    ]);
  });

  test('splits by weight, with a tag to the gray pods of the Service that has some', () => {
    const backendRefs = [{ name: 'a', weight: 3 }, { name: 'b' }, { name: 'c', weight: 0 }];
    const { files } = render([service('a'), service('b'), httpRoute([{ backendRefs }])], { routes: [route('a')] });
    expect(routes(files, 'outer')['*']).toEqual([
      'any / x-mse-tag=gray -> 3xdefault/a:80|x-mse-tag=gray 1xdefault/b:80',
      'any / -> 3xdefault/a:80 1xdefault/b:80',
    ]);
  });

  test('is used without the Services and rules that Kruise adds for a release', () => {
    const canary = { name: 'a-canary', weight: 20 };
    const rules = [
      { matches: [{ headers: [{ name: 'x-user-id', value: '100' }] }], backendRefs: [canary] },
      { backendRefs: [{ name: 'a', weight: 80 }, canary] },
    ];
    const objects = [madeByKruise(service('a-canary')), httpRoute(rules)];
    expect(outer(objects)).toEqual({ '*': ['any / -> default/a:80'] });
    expect(said(objects)).toEqual([]);
  });

  test('has its patterns compared with the whole path', () => {
    const matches = [{ path: { type: 'RegularExpression', value: '/a/[0-9]+' } }];
    expect(outer([httpRoute([{ ...toA, matches }])])['*']).toEqual(['regex /a/[0-9]+ -> default/a:80']);
  });

  test('without backends in its namespace has no routes', () => {
    const backendRefs = [{ name: 'x', namespace: 'other' }, { name: 'y', kind: 'Bucket' }, { weight: 1 }];
    expect(outer([httpRoute([{ backendRefs }])])).toEqual({});
  });

  test('has its filters pointed out', () => {
    expect(said([httpRoute([{ ...toA, filters: [{ type: 'URLRewrite' }] }])])).toEqual([
      'FilterIgnored spec.rules[0].filters',
    ]);
  });

  test.each([
    ['a path type', { path: { type: 'Suffix', value: '/x' } }],
    ['a header type', { headers: [{ name: 'a', type: 'Prefix', value: 'x' }] }],
    ['a header name', { headers: [{ name: 'a b', value: 'x' }] }],
    ['a header without a value', { headers: [{ name: 'a' }] }],
    ['a query parameter', { queryParams: [{ name: 'q', type: 'RegularExpression', value: '(?=a)' }] }],
    ['a method', { method: 7 }],
    ['a match', 'all'],
  ])('has no route for a match with %s that is not understood, rather than a wider one', (_, match) => {
    const object = httpRoute([{ ...toA, matches: [match] }]);
    expect(outer([object])).toEqual({});
    expect(said([object])).toEqual(['PathNotRouted spec.rules[0].matches[0]']);
  });

  test('whose host names are all wrong is not for every host', () => {
    const object = httpRoute([toA], ['*', 7]);
    expect(outer([object])).toEqual({});
    expect(said([object])).toEqual(['PathNotRouted spec.hostnames[0]', 'PathNotRouted spec.hostnames[1]']);
  });
});
