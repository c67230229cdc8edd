import { describe, expect, test } from 'vitest';
import { field, list, madeByKruise, pod, render, route, routes, service } from './objects.ts';

const domains = (objects: Parameters<typeof render>[0]): readonly unknown[] =>
  list(field(render(objects).files.inner.resources[0], 'virtual_hosts')).map((host) => field(host, 'domains'));

describe('the routes for calls between services', () => {
  test('lead to a Service by every name that it has in a cluster, with any port', () => {
    expect(domains([service('a')])).toEqual([
      [
        'a',
        'a:*',
        'a.default',
        'a.default:*',
        'a.default.svc',
        'a.default.svc:*',
        'a.default.svc.cluster.local',
        'a.default.svc.cluster.local:*',
      ],
    ]);
  });

  test('lead to the baseline, whatever tag a request carries, while nobody is live', () => {
    expect(routes(render([service('a')]).files, 'inner')).toEqual({ a: ['any / -> default/a:80'] });
  });

  test('lead to the gray pods by the tag of a live member', () => {
    const { files } = render([service('a'), service('b'), pod('a', 'gray', '10.0.0.1')], { routes: [route('a')] });
    expect(routes(files, 'inner')).toEqual({
      a: ['any / x-mse-tag=gray -> default/a:80|x-mse-tag=gray', 'any / -> default/a:80'],
      b: ['any / -> default/b:80'],
    });
  });

  test('lead to the port that a call names, else to the one for HTTP', () => {
    const two = service('a', { ports: [{ port: 9000 }, { port: 80 }] });
    expect(routes(render([two]).files, 'inner')).toEqual({
      'a:9000': ['any / -> default/a:9000'],
      a: ['any / -> default/a:80'],
    });
  });

  test('lead to the first port when there is none for HTTP', () => {
    const two = service('a', { ports: [{ port: 9000 }, { port: 9001 }] });
    expect(Object.keys(routes(render([two]).files, 'inner'))).toEqual(['a', 'a:9001']);
  });

  test('try the baseline when a gray pod cannot be reached', () => {
    const { files } = render([service('a')], { routes: [route('a')] });
    const [tagged, plain] = list(field(files.inner.resources[0], 'virtual_hosts', 0, 'routes'));
    expect(field(tagged, 'route', 'retry_policy', 'retry_on')).toBe('connect-failure,refused-stream');
    expect(field(plain, 'route', 'retry_policy')).toBeUndefined();
  });

  test('set no limit on how long an answer may take', () => {
    const { files } = render([service('a')]);
    expect(field(files.inner.resources[0], 'virtual_hosts', 0, 'routes', 0, 'route', 'timeout')).toBe('0s');
  });

  test('do not lead to the Services that Kruise makes for a release', () => {
    expect(domains([madeByKruise(service('a-canary'))])).toEqual([]);
  });

  test('lead nowhere by a name that two namespaces have, and say so when one of them is released', () => {
    const { files, diagnostics } = render([service('a'), service('a', {}, 'other')], { routes: [route('a')] });
    expect(Object.keys(routes(files, 'inner'))).toEqual(['a.default', 'a.other']);
    expect(diagnostics.map(({ reason }) => reason)).toEqual(['PodsNotRead', 'SameServiceName']);
  });

  test('say nothing of a shared name while nobody is released', () => {
    expect(render([service('a'), service('a', {}, 'other')]).diagnostics).toEqual([]);
  });
});
