import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeOnEnvoy } from '../envoy/binary.ts';
import { hash, route } from '../targets/objects.ts';
import { HAS_CLUSTER, startCluster } from './cluster.ts';
import { HAS_ISTIO, istioDefinitions } from './istio.ts';
import { Mesh } from './istio-mesh.ts';
import { GRAY_MARK } from './istio-pod.ts';

const LIMIT_MS = 240_000;

describe.skipIf(!HAS_CLUSTER)('the objects for Istio', () => {
  test.each(['kube-apiserver', 'apiextensions-apiserver'] as const)(
    'are what the definitions of Istio allow, on %s',
    { timeout: LIMIT_MS },
    async (server) => {
      const cluster = await startCluster({ server, crds: false });
      try {
        await cluster.apply(istioDefinitions());
        const folder = fileURLToPath(new URL('../targets/istio/testdata/', import.meta.url));
        for (const file of readdirSync(folder).filter((name) => name.endsWith('.out.yaml'))) {
          const { objects } = parse(readFileSync(`${folder}${file}`, 'utf8'));
          await expect(cluster.apply(objects), file).resolves.toBeUndefined();
        }
      } finally {
        await cluster.stop();
      }
    },
  );
});

describe.skipIf(!HAS_CLUSTER || !HAS_ISTIO)('what the control plane of Istio makes of them', () => {
  describeOnEnvoy('in a sidecar', () => {
    const ends: (() => unknown)[] = [];
    let mesh: Mesh;

    beforeAll(async () => {
      mesh = await Mesh.start(ends);
    }, LIMIT_MS);

    afterAll(async () => {
      for (const end of ends.reverse()) await end();
    }, LIMIT_MS);

    test('sends tagged requests to gray pods and all others to stable ones', { timeout: LIMIT_MS }, async () => {
      await mesh.serve(route('b'), ['stable', 'stable', 'gray']);
      expect(await mesh.priorities('b', 'b-graylane-gray')).toEqual(['0 gray', '1 stable', '1 stable']);
      expect(await mesh.priorities('b', '')).toEqual(['0 stable', '0 stable', '1 gray']);
      expect(await mesh.ask('b', 'gray')).toEqual(['gray']);
      expect(await mesh.ask('b', undefined)).toEqual(['stable']);
      expect(await mesh.ask('b', 'blue')).toEqual(['stable']);
    });

    test('sends tagged requests to the baseline while gray pods are gone and nobody knows', {
      timeout: LIMIT_MS,
    }, async () => {
      const pods = await mesh.serve(route('unknown'), ['stable', 'gray', 'gray']);
      for (const pod of pods.filter(({ revision }) => revision === 'gray')) await pod.vanish();
      expect(await mesh.ask('unknown', 'gray')).toEqual(['stable']);
      expect(await mesh.priorities('unknown', 'unknown-graylane-gray')).toEqual(['0 gray', '0 gray', '1 stable']);
    });

    test('sends tagged requests to the baseline once gray pods are known to be gone', {
      timeout: LIMIT_MS,
    }, async () => {
      const pods = await mesh.serve(route('known'), ['stable', 'gray']);
      await pods[1]?.remove();
      await mesh.sees('known', 'known-graylane-gray', ['0 stable']);
      expect(await mesh.ask('known', 'gray')).toEqual(['stable']);
    });

    test('answers tagged requests with 503 in strict mode while gray pods are gone', {
      timeout: LIMIT_MS,
    }, async () => {
      const pods = await mesh.serve(route('strict', { mode: 'strict' }), ['stable', 'gray']);
      expect(await mesh.ask('strict', 'gray')).toEqual(['gray']);
      await pods[1]?.vanish();
      expect(await mesh.ask('strict', 'gray')).toEqual(['503']);
      await pods[1]?.remove();
      await mesh.sees('strict', 'strict-graylane-gray', []);
      expect(await mesh.ask('strict', 'gray')).toEqual(['503']);
      expect(await mesh.ask('strict', undefined)).toEqual(['stable']);
    });

    test('keeps ordinary requests off gray pods while stable ones are not ready', { timeout: LIMIT_MS }, async () => {
      const pods = await mesh.serve(route('starting'), ['stable', 'stable', 'stable', 'gray']);
      await pods[0]?.report(false);
      await pods[1]?.report(false);
      await mesh.sees('starting', '', ['0 stable', '1 gray']);
      expect(await mesh.ask('starting', undefined)).toEqual(['stable']);
    });

    test('lets gray pods answer ordinary requests when there is nobody else', { timeout: LIMIT_MS }, async () => {
      const pods = await mesh.serve(route('last'), ['stable', 'gray']);
      await pods[0]?.remove();
      await mesh.sees('last', '', ['0 gray']);
      expect(await mesh.ask('last', undefined)).toEqual(['gray']);
    });

    test('keeps ordinary requests off gray pods while stable ones are replaced by new ones', {
      timeout: LIMIT_MS,
    }, async () => {
      await mesh.serve(route('over'), ['stable', 'new', 'gray']);
      const [otherLabel] = Object.keys(GRAY_MARK);
      const { namespace, service, member, grayLabels } = route('over');
      const baseline = { namespace, service, member, grayLabels, otherLabels: { [otherLabel ?? '']: '' } };
      await mesh.apply(service, { routes: [], baselines: [baseline] });
      await mesh.sees(service, '', ['0 new', '0 stable', '1 gray']);
      expect(await mesh.ask(service, undefined)).toEqual(['new', 'stable']);
    });

    test('keeps the lanes of one Service apart', { timeout: LIMIT_MS }, async () => {
      const blue = route('shared', { tagValue: 'blue', grayLabels: hash('blue') });
      const pods = await mesh.serve(route('shared'), ['stable', 'gray', 'blue'], blue);
      expect(await mesh.ask('shared', 'gray')).toEqual(['gray']);
      expect(await mesh.ask('shared', 'blue')).toEqual(['blue']);
      expect(await mesh.ask('shared', undefined)).toEqual(['stable']);
      await pods[1]?.remove();
      await mesh.sees('shared', 'shared-graylane-gray', []);
      expect(await mesh.ask('shared', 'gray')).toEqual(['503']);
    });
  });
});
