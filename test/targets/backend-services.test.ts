import { describe, expect, test } from 'vitest';
import type { Baseline, Route } from '../../agent/model/compiled.ts';
import { at } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { type RoutedService, routedServices } from '../../agent/targets/backend-services.ts';
import { takeRouteInventory } from '../../agent/targets/inventory.ts';
import { baseline, hash, pod, route, service } from './objects.ts';

function routed(
  objects: readonly KubernetesObject[],
  routes: readonly Route[],
  baselines: readonly Baseline[] = [],
): readonly RoutedService[] {
  return routedServices({ routes, baselines }, takeRouteInventory(objects), objects);
}

/** Of the only Service. */
function only(
  object: KubernetesObject,
  more: { readonly pods?: readonly KubernetesObject[]; readonly route?: Partial<Route> } = {},
): RoutedService | undefined {
  return routed([object, ...(more.pods ?? [])], [route('a', more.route)])[0];
}

describe('the Services of a part of the pods', () => {
  test('select as the Service does, and the labels of that part', () => {
    const found = only(service('a'));
    expect(at(found?.stable, 'spec', 'selector')).toEqual({ app: 'a', 'pod-template-hash': 'stable' });
    expect(at(found?.gray[0]?.object, 'spec', 'selector')).toEqual({ app: 'a', 'pod-template-hash': 'gray' });
    expect(found?.gap).toBeUndefined();
  });

  test('do not keep the revision that Kruise pins the Service to', () => {
    const pinned = service('a', {
      selector: { app: 'a', 'pod-template-hash': 'stable', 'controller-revision-hash': 'x' },
    });
    const found = only(pinned, { route: { grayLabels: { lane: 'gray' } } });
    expect(at(found?.gray[0]?.object, 'spec', 'selector')).toEqual({ app: 'a', lane: 'gray' });
  });

  test('select by the label of the gray pods where Kruise has changed one that the Service asks for', () => {
    const found = only(service('a', { selector: { app: 'a', version: 'base' } }), {
      route: { grayLabels: { version: 'gray' } },
    });
    expect(at(found?.gray[0]?.object, 'spec', 'selector')).toEqual({ app: 'a', version: 'gray' });
  });

  test('have the ports of the Service, each with its protocol, and no port of the nodes', () => {
    const ports = [
      { name: 'http', port: 80, targetPort: 'web', nodePort: 30080, protocol: 'TCP', appProtocol: 'http' },
      { name: 'metrics', port: 9090 },
    ];
    expect(at(only(service('a', { type: 'NodePort', ports }))?.gray[0]?.object, 'spec')).toEqual({
      selector: { app: 'a', 'pod-template-hash': 'gray' },
      ports: [
        { name: 'http', protocol: 'TCP', appProtocol: 'http', port: 80, targetPort: 'web' },
        { name: 'metrics', protocol: 'TCP', port: 9090 },
      ],
    });
  });

  test('have an address of their own, also for a headless Service, and keep how it chooses among pods', () => {
    const spec = {
      clusterIP: 'None',
      externalIPs: ['1.2.3.4'],
      sessionAffinity: 'ClientIP',
      ipFamilyPolicy: 'SingleStack',
    };
    const { ports, selector, ...rest } = Object(at(only(service('a', spec))?.stable, 'spec'));
    expect(rest).toEqual({ sessionAffinity: 'ClientIP', ipFamilyPolicy: 'SingleStack' });
    expect([ports, selector]).toHaveLength(2);
  });

  test('are one for each tag', () => {
    const [found] = routed([service('a')], [route('a'), route('a', { tagValue: 'blue', grayLabels: hash('b') })]);
    expect(
      found?.gray.map(({ object, tag }) => [
        object.metadata.name,
        tag.value,
        at(object, 'spec', 'selector', 'pod-template-hash'),
      ]),
    ).toEqual([
      ['a-graylane-gray', 'gray', 'gray'],
      ['a-graylane-blue', 'blue', 'b'],
    ]);
  });
});

describe('the Service of the stable pods', () => {
  test('is there for a Service that no tag leads to, too', () => {
    const [found] = routed([service('a')], [], [baseline('a', { stableLabels: hash('stable') })]);
    expect([found?.stable?.metadata.name, found?.gray]).toEqual(['a-graylane-stable', []]);
  });

  test.each([
    ['the stable pods are not told', [baseline('a')], 'stable-unknown'],
    ['two Rollouts have stable pods of different labels', [baseline('a', { stableLabels: hash('x') })], 'stable-mixed'],
  ] as const)('is not there when %s', (_, baselines, gap) => {
    const [found] = routed([service('a')], [route('a')], baselines);
    expect([found?.stable, found?.gap, found?.gray.length]).toEqual([undefined, gap, 1]);
  });

  test('is not there when no ready pod is stable any more', () => {
    const pods = [pod('a', 'gray', '10.0.0.1'), pod('a', 'stable', '10.0.0.2', { ready: false })];
    expect(only(service('a'), { pods })).toMatchObject({ stable: undefined, gap: 'stable-gone' });
    expect(only(service('a'), { pods: [...pods, pod('a', 'stable', '10.0.0.3')] })?.gap).toBeUndefined();
  });
});

describe('a Service', () => {
  test('that was not read has no backends', () => {
    expect(routed([], [route('a')])[0]).toMatchObject({ gap: 'not-found', gray: [] });
  });

  test.each([
    ['without a selector', { selector: {} }],
    ['that stands for another name', { type: 'ExternalName', externalName: 'example.com' }],
  ])('%s has no backends', (_, spec) => {
    expect(only(service('a', spec))).toMatchObject({ gap: 'no-selector', gray: [] });
  });

  test('is mixed when it selects gray pods, as far as can be seen', () => {
    const pinned = service('a', { selector: { app: 'a', 'pod-template-hash': 'stable' } });
    const labelled = service('a', { selector: { app: 'a', version: 'base' } });
    const pods = [pod('a', 'gray', '10.0.0.1')];
    expect([service('a'), pinned, labelled].map((object) => only(object)?.mixed)).toEqual([true, false, true]);
    expect([service('a'), labelled].map((object) => only(object, { pods })?.mixed)).toEqual([true, false]);
  });
});
