import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { HTTP_ROUTE, ROLLOUT, TRAFFIC_ROUTING } from '../../agent/kubernetes/resource.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { PATIENT, QUICK, Reader, rollout } from './reading-source.ts';

interface Definition {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly versions: readonly { readonly name: string; readonly served: boolean }[] };
}

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const file = fileURLToPath(new URL('../fixtures/crds/rollouts.kruise.io_rollouts.yaml', import.meta.url));
const ROLLOUTS: Definition = parse(readFileSync(file, 'utf8'));

/** The definition with none but these versions served. */
const serving = (...names: readonly string[]): Definition => ({
  ...ROLLOUTS,
  spec: {
    ...ROLLOUTS.spec,
    versions: ROLLOUTS.spec.versions.map((version) => ({ ...version, served: names.includes(version.name) })),
  },
});

const HTTP_ROUTES = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: 'httproutes.gateway.networking.k8s.io',
    annotations: { 'api-approved.kubernetes.io': 'unapproved, testing' },
  },
  spec: {
    group: 'gateway.networking.k8s.io',
    names: { kind: 'HTTPRoute', plural: 'httproutes', singular: 'httproute', listKind: 'HTTPRouteList' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1beta1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

describe.skipIf(!HAS_CLUSTER)('what the cluster serves', () => {
  let cluster: Cluster;
  const open: Reader[] = [];

  beforeAll(async () => {
    cluster = await startCluster();
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((reader) => reader.close()));
    await serve('v1beta1', 'v1alpha1');
    const path = '/apis/rollouts.kruise.io/v1beta1/namespaces/shop/rollouts';
    await cluster.admin.request({ method: 'DELETE', path });
  });

  afterAll(() => cluster.stop());

  async function follow(options: Parameters<typeof Reader.start>[1] = {}): Promise<Reader> {
    const resources = [ROLLOUT, TRAFFIC_ROUTING, HTTP_ROUTE];
    const reader = await Reader.start(await cluster.connect(), { resources, ...options });
    open.push(reader);
    return reader.synced();
  }

  /** Serves these versions of Rollouts. */
  const serve = (...versions: readonly string[]): Promise<void> => cluster.apply([serving(...versions)]);

  /** Removes a definition, and all objects of it. */
  async function undefine({ metadata }: Definition | typeof HTTP_ROUTES): Promise<void> {
    const path = `${DEFINITIONS}/${metadata.name}`;
    await cluster.admin.request({ method: 'DELETE', path });
    await vi.waitFor(
      () => expect(cluster.admin.request({ method: 'GET', path })).rejects.toThrow(/not found/),
      PATIENT,
    );
  }

  test('may come later, and is picked up then', async () => {
    const reader = await follow();
    expect(reader.reading('httproutes.gateway.networking.k8s.io')?.state).toBe('absent');
    const metadata = { name: 'front', namespace: 'shop' };
    await cluster.apply([HTTP_ROUTES]);
    await cluster.apply([{ apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'HTTPRoute', metadata }]);
    await vi.waitFor(() => expect(reader.names).toEqual(['HTTPRoute shop/front']), PATIENT);
    expect(reader.reading('httproutes.gateway.networking.k8s.io')?.state).toBe('synced');
    await undefine(HTTP_ROUTES);
  });

  test('may go and come back: that is said, and read again', async () => {
    await cluster.apply([rollout('shop', 'a')]);
    const reader = await follow();
    await undefine(ROLLOUTS);
    await vi.waitFor(() => {
      const reasons = reader.source.state()?.diagnostics.map(({ reason }) => reason);
      expect(reasons).toEqual(['ApiNotServed']);
    }, PATIENT);
    await vi.waitFor(() => expect(reader.reading('rollouts.rollouts.kruise.io')?.state).toBe('absent'), PATIENT);
    expect(reader.source.state()?.diagnostics).toMatchObject([{ severity: 'warning', reason: 'ApiNotServed' }]);
    await cluster.apply([ROLLOUTS]);
    await cluster.apply([rollout('shop', 'b')]);
    await reader.sees('shop', 'b', 'Healthy');
    expect(reader.names).toEqual(['Rollout shop/b']);
    expect(reader.source.state()?.diagnostics).toEqual([]);
  });

  test('may go for a moment: the last objects stay', async () => {
    await cluster.apply([rollout('shop', 'a')]);
    const timing = { ...QUICK, absentAfterSyncMs: 600_000, reflector: { idleMs: 500 } };
    const reader = await follow({ timing });
    // The other version is there, and yet this one may be back at any moment.
    const counts: number[] = [];
    await serve('v1alpha1');
    await vi.waitFor(() => {
      counts.push(reader.names.length);
      expect(reader.source.state()?.diagnostics).toMatchObject([{ reason: 'ApiNotServed' }]);
    }, PATIENT);
    expect(reader.rollout('shop', 'a')).toBe('rollouts.kruise.io/v1beta1 Healthy');
    await serve('v1beta1', 'v1alpha1');
    await vi.waitFor(() => expect(reader.source.state()?.diagnostics).toEqual([]), PATIENT);
    await cluster.apply([rollout('shop', 'a', 'Progressing')]);
    await reader.sees('shop', 'a', 'Progressing');
    expect(new Set(counts)).toEqual(new Set([1]));
  });

  test('is read as v1alpha1 where there is nothing better, and as v1beta1 as soon as there is', async () => {
    await cluster.apply([rollout('shop', 'a')]);
    await serve('v1alpha1');
    const reader = await follow();
    expect(reader.rollout('shop', 'a')).toMatch(/^rollouts\.kruise\.io\/v1alpha1 /);
    const seen = new Set<string>();
    await serve('v1beta1', 'v1alpha1');
    await vi.waitFor(() => {
      seen.add(reader.names.join());
      expect(reader.rollout('shop', 'a')).toMatch(/^rollouts\.kruise\.io\/v1beta1 /);
    }, PATIENT);
    expect([...seen]).toEqual(['Rollout shop/a']);
  });

  test('is read as v1alpha1 after v1beta1 was not served any more for a while', async () => {
    await cluster.apply([rollout('shop', 'a')]);
    const reader = await follow({ timing: { ...QUICK, reflector: { idleMs: 500 } } });
    const seen = new Set<string>();
    await serve('v1alpha1');
    await vi.waitFor(() => {
      seen.add(reader.names.join());
      expect(reader.rollout('shop', 'a')).toMatch(/^rollouts\.kruise\.io\/v1alpha1 /);
    }, PATIENT);
    expect([...seen]).toEqual(['Rollout shop/a']);
  });

  test('may lack Rollouts altogether, of which people are told', async () => {
    await undefine(ROLLOUTS);
    const reader = await follow();
    expect(reader.source.state()?.diagnostics).toMatchObject([
      {
        severity: 'warning',
        object: { kind: 'APIResource', namespace: '', name: 'rollouts.rollouts.kruise.io' },
        reason: 'ApiNotServed',
        message: expect.stringMatching(/^rollouts\.rollouts\.kruise\.io is not served by this cluster\. Install /),
      },
    ]);
  });
});
