import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { baseline, clusters, field, hash, pod, render, route, service } from './objects.ts';

const a = service('a');
const stable = pod('a', 'stable', '10.0.0.1');
const gray = pod('a', 'gray', '10.0.0.2');

describe('the cluster of a Service', () => {
  test('has all its ready pods while nothing is released, in a fixed order', () => {
    const { files } = render([a, gray, stable, pod('a', 'x', '10.0.0.3', { ready: false }), pod('b', 'x', '10.0.0.4')]);
    expect(clusters(files)).toEqual({ 'default/a:80': '10.0.0.1:8080 10.0.0.2:8080' });
  });

  test('has the stable pods alone while a member is live, and the tag has a cluster that falls back to them', () => {
    const { files } = render([a, stable, gray], { routes: [route('a')] });
    expect(clusters(files)).toEqual({
      'default/a:80': '10.0.0.1:8080',
      'default/a:80|x-mse-tag=gray': '10.0.0.2:8080 | 10.0.0.1:8080',
    });
  });

  test('has gray pods for a tag whose label the Service asks for with another value', () => {
    const apart = service('a', { selector: { app: 'a', track: 'stable' } });
    const labelled = (given: KubernetesObject, track: string): KubernetesObject => {
      const labels = { ...Object(field(given, 'metadata', 'labels')), track };
      return { ...given, metadata: { ...given.metadata, labels } as KubernetesObject['metadata'] };
    };
    const grayLabels = { ...hash('gray'), track: 'gray' };
    const { files } = render([apart, labelled(stable, 'stable'), labelled(gray, 'gray')], {
      routes: [route('a', { grayLabels })],
    });
    expect(clusters(files)).toEqual({
      'default/a:80': '10.0.0.1:8080',
      'default/a:80|x-mse-tag=gray': '10.0.0.2:8080 | 10.0.0.1:8080',
    });
  });

  test('answers a tag with the baseline when no gray pod is left', () => {
    const { files } = render([a, stable], { routes: [route('a')] });
    expect(clusters(files)['default/a:80|x-mse-tag=gray']).toBe('10.0.0.1:8080');
  });

  test('has gray pods alone for a tag in the mode strict, be there any or none', () => {
    const { files } = render([a, stable, gray, service('b'), pod('b', 'stable', '10.0.0.3')], {
      routes: [route('a', { mode: 'strict' }), route('b', { mode: 'strict' })],
    });
    expect(clusters(files)).toMatchObject({
      'default/a:80|x-mse-tag=gray': '10.0.0.2:8080',
      'default/b:80|x-mse-tag=gray': '',
    });
  });

  test('says in the mode strict which Service and tag have nobody, whatever characters a tag has', () => {
    const tagValue = `%REQ(X)%\n${'x'.repeat(5000)}`;
    const { files } = render([a, stable], { routes: [route('a', { mode: 'strict', tagValue })] });
    const text = field(files.clusters.resources[1], 'metadata', 'filter_metadata', 'graylane', 'unavailable');
    expect(text).toMatch(
      /^graylane: .* service default\/a .*"x-mse-tag: %REQ\(X\)%\\nx{50,}…", and its mode is strict\n$/,
    );
    expect(String(text).length).toBeLessThan(300);
  });

  test('says nothing of its own in the mode fallback', () => {
    const { files } = render([a, stable], { routes: [route('a')] });
    expect(files.clusters.resources.map((cluster) => field(cluster, 'metadata'))).toEqual([undefined, undefined]);
  });

  test('has the stable pods alone while gray pods exist to which no tag leads', () => {
    const other = pod('a', 'older', '10.0.0.3');
    const { files } = render([a, stable, gray, other], {
      baselines: [baseline('a', { stableLabels: hash('stable') })],
    });
    expect(clusters(files)).toEqual({ 'default/a:80': '10.0.0.1:8080' });
  });

  test('has all pods but the gray ones while the stable pods are replaced', () => {
    const fresh = pod('a', 'new', '10.0.0.3');
    const { files } = render([a, stable, gray, fresh], { baselines: [baseline('a')] });
    expect(clusters(files)).toEqual({ 'default/a:80': '10.0.0.1:8080 10.0.0.3:8080' });
  });

  test('has the pods that are neither stable nor gray rather than gray ones', () => {
    const { files } = render([a, gray, pod('a', 'new', '10.0.0.3')], { routes: [route('a')] });
    expect(clusters(files)['default/a:80']).toBe('10.0.0.3:8080');
  });

  test('does without a pin that selects nobody before it takes gray pods', () => {
    const pinned = service('a', { selector: { app: 'a', 'pod-template-hash': 'old' } });
    const { files } = render([pinned, gray, pod('a', 'new', '10.0.0.3')], { routes: [route('a')] });
    expect(clusters(files)['default/a:80']).toBe('10.0.0.3:8080');
  });

  test('has all pods again when no stable one is left, rather than nobody', () => {
    const { files } = render([a, gray], { routes: [route('a')] });
    expect(clusters(files)['default/a:80']).toBe('10.0.0.2:8080');
  });

  test('follows a selector that Kruise has pinned to one revision', () => {
    const pinned = service('a', { selector: { app: 'a', 'pod-template-hash': 'stable' } });
    expect(clusters(render([pinned, stable, gray]).files)).toEqual({ 'default/a:80': '10.0.0.1:8080' });
  });

  test('finds the gray pods of a Service that is pinned to the stable ones', () => {
    const pinned = service('a', { selector: { app: 'a', 'pod-template-hash': 'stable' } });
    const { files } = render([pinned, stable, gray], { routes: [route('a')] });
    expect(clusters(files)['default/a:80|x-mse-tag=gray']).toBe('10.0.0.2:8080 | 10.0.0.1:8080');
  });

  test('does without a pin that selects nobody', () => {
    const pinned = service('a', { selector: { app: 'a', 'pod-template-hash': 'old' } });
    expect(clusters(render([pinned, stable]).files)).toEqual({ 'default/a:80': '10.0.0.1:8080' });
  });

  test('has one for each tag, whatever characters a tag has', () => {
    const other = route('a', { tagValue: 'a b|c', grayLabels: { 'pod-template-hash': 'other' } });
    const { files } = render([a, stable, gray], { routes: [route('a'), other] });
    expect(Object.keys(clusters(files))).toEqual([
      'default/a:80',
      'default/a:80|x-mse-tag=gray',
      'default/a:80|x-mse-tag=a%20b%7Cc',
    ]);
  });

  test('is without pods when none is ready', () => {
    const { files } = render([a, pod('a', 'stable', '10.0.0.1', { ready: false })]);
    expect(clusters(files)).toEqual({ 'default/a:80': '' });
  });

  test('is one for each TCP port, each number once', () => {
    const ports = [
      { name: 'http', port: 80, targetPort: 'web' },
      { name: 'again', port: 80 },
      { name: 'admin', port: 9000 },
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'none', port: 70_000 },
      { name: 'no number' },
    ];
    const web = [
      { name: 'web', containerPort: 3000 },
      { name: 'bad', containerPort: 0 },
      { containerPort: 53, protocol: 'UDP' },
    ];
    const { files } = render([service('a', { ports }), pod('a', 'x', '10.0.0.1', { ports: web })]);
    expect(clusters(files)).toEqual({ 'default/a:80': '10.0.0.1:3000', 'default/a:9000': '10.0.0.1:9000' });
  });

  test('leaves out pods without the named port, without an address or with a malformed one', () => {
    const named = service('a', { ports: [{ port: 80, targetPort: 'web' }] });
    const web = { ports: [{ name: 'web', containerPort: 3000 }] };
    const { files } = render([
      named,
      stable,
      pod('a', 'x', '', web),
      pod('a', 'x', 'ten', web),
      pod('a', 'x', 'fd00::1', web),
    ]);
    expect(clusters(files)).toEqual({ 'default/a:80': 'fd00::1:3000' });
  });

  test('leaves out target ports that no pod can have', () => {
    const odd = service('a', { ports: [{ port: 80, targetPort: 99_999 }] });
    expect(clusters(render([odd, stable]).files)).toEqual({ 'default/a:80': '' });
  });

  test.each([
    ['kubernetes.io/h2c', true],
    ['grpc', true],
    ['http2-admin', true],
    ['http', false],
    ['grpc-web', false],
  ])('asks pods in HTTP/2 for the protocol %s: %s', (appProtocol, isHttp2) => {
    const { files } = render([service('a', { ports: [{ port: 80, appProtocol }] })]);
    expect(field(files.clusters.resources[0], 'typed_extension_protocol_options') !== undefined).toBe(isHttp2);
  });
});

describe('a Service whose pods are not in the input', () => {
  const address = { 'default/a:80': 'a.default.svc.cluster.local:80' };

  test('is reached by its name when no pod of its namespace is', () => {
    const { files } = render([a, pod('a', 'x', '10.0.0.1', { namespace: 'other' })]);
    expect(clusters(files)).toEqual(address);
    expect(field(files.clusters.resources[0], 'type')).toBe('STRICT_DNS');
  });

  test('is reached by its name when it has no selector', () => {
    expect(clusters(render([service('a', { selector: {} }), stable]).files)).toEqual(address);
  });

  test('is reached by the name that it stands for', () => {
    const external = service('a', { type: 'ExternalName', externalName: 'db.example.com' });
    expect(clusters(render([external, stable]).files)).toEqual({ 'default/a:80': 'db.example.com:80' });
  });

  test('answers a tag with the baseline, and that is said', () => {
    const { files, diagnostics } = render([a], { routes: [route('a')] });
    expect(clusters(files)['default/a:80|x-mse-tag=gray']).toBe('a.default.svc.cluster.local:80');
    expect(diagnostics.map(({ reason, object }) => `${reason} ${object.kind} ${object.name}`)).toEqual([
      'PodsNotRead Service a',
    ]);
  });
});

test('a Service whose pods are not in the input has nobody for a tag in the mode strict', () => {
  const { files } = render([a], { routes: [route('a', { mode: 'strict' })] });
  expect(clusters(files)['default/a:80|x-mse-tag=gray']).toBe('');
  expect(field(files.clusters.resources[1], 'type')).toBe('STATIC');
});

describe('objects of other kinds', () => {
  test('with the same kind in another group, or without a name, make no cluster', () => {
    const knative = { ...a, apiVersion: 'serving.knative.dev/v1' };
    expect(clusters(render([knative, service('A B'), service('a.b')]).files)).toEqual({});
  });
});
