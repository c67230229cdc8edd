import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';

const CASES = new URL('../targets/ingress/testdata/', import.meta.url);
/** Of Apisix no definition is at hand. */
const PLURALS: Readonly<Record<string, string>> = {
  Ingress: '/apis/networking.k8s.io/v1/namespaces/default/ingresses',
  Service: '/api/v1/namespaces/default/services',
};

/** What the golden cases have, by the name of the case. */
const rendered: readonly (readonly [name: string, objects: readonly KubernetesObject[]])[] = readdirSync(CASES)
  .filter((file) => file.endsWith('.out.yaml'))
  .map((file) => {
    const { objects } = parse(readFileSync(new URL(file, CASES), 'utf8'));
    return [file, objects.filter(({ kind }: KubernetesObject) => kind in PLURALS)] as const;
  });

describe.skipIf(!HAS_CLUSTER)('what leads a lane from an Ingress, on a real API server', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster({ crds: false });
  });

  afterAll(() => cluster?.stop());

  const apply = (object: KubernetesObject): Promise<unknown> =>
    cluster.admin.request({
      method: 'PATCH',
      path: `${PLURALS[object.kind]}/${object.metadata.name}`,
      query: { fieldManager: 'graylane', dryRun: 'All' },
      contentType: 'application/apply-patch+yaml',
      body: object,
    });

  test.each(rendered)('is taken with every field: %s', async (_, objects) => {
    for (const object of objects) expect(await apply(object)).toMatchObject({ ...object });
  });
});
