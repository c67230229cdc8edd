import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, listAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { gatewayApiObjects } from '../../agent/targets/gateway-api/objects.ts';
import { golden, inputOf } from '../targets/gateway-api/cases.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { gatewayApiDefinitions, HAS_GATEWAY_API } from './route-definitions.ts';

/** What a case writes, in a namespace of its own. */
function writtenBy(name: string): readonly KubernetesObject[] {
  return gatewayApiObjects(inputOf(name)).objects.map((object) => ({
    ...object,
    metadata: { ...object.metadata, namespace: `${object.metadata.namespace}-${name}` },
  }));
}

describe.skipIf(!HAS_CLUSTER || !HAS_GATEWAY_API).each(['kube-apiserver', 'apiextensions-apiserver'] as const)(
  'on a real API server (%s)',
  (server) => {
    let cluster: Cluster;

    beforeAll(async () => {
      cluster = await startCluster({ crds: false, server });
      await cluster.apply(gatewayApiDefinitions());
    }, 120_000);

    afterAll(() => cluster?.stop());

    test.each(golden.cases)('every object of the case %s is taken, with every field', async (name) => {
      // The smaller server has custom resources alone; it is of today, and checks the rules that the definitions state in CEL.
      const objects = writtenBy(name).filter(({ kind }) => server === 'kube-apiserver' || kind === 'HTTPRoute');
      await cluster.apply(objects);
      for (const { apiVersion, kind, metadata, ...rest } of objects) {
        const group = kind === 'Service' ? '/api/v1' : `/apis/${apiVersion}`;
        const path = `${group}/namespaces/${metadata.namespace}/${kind.toLowerCase()}s/${metadata.name}`;
        const kept = await cluster.admin.request({ method: 'GET', path });
        expect(kept).toMatchObject({ ...rest, metadata: { labels: at(metadata, 'labels') } });
        expect(listAt(kept, 'metadata', 'ownerReferences')).toEqual(listAt(metadata, 'ownerReferences'));
      }
    });
  },
);
