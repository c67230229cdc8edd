import { expect, test } from 'vitest';
import { listVersions } from '../../agent/controller/listing.ts';
import type { ApiServer } from '../../agent/kubernetes/api-server.ts';
import { INGRESS_CLASS, type Resource, ROLLOUT } from '../../agent/kubernetes/resource.ts';

test('versions are known by name of what is in a namespace and of what is in none', async () => {
  expect(await versionsOf(ROLLOUT[0], { namespace: 'shop', name: 'a', resourceVersion: '7' })).toEqual([
    ['shop/a', '7'],
  ]);
  expect(await versionsOf(INGRESS_CLASS[0], { name: 'higress', resourceVersion: '8' })).toEqual([['/higress', '8']]);
});

async function versionsOf(resource: Resource | undefined, metadata: object): Promise<unknown> {
  if (resource === undefined) throw new Error('there is no such resource');
  const api: ApiServer = {
    request: async ({ accept }) => {
      expect(accept).toContain('as=PartialObjectMetadataList');
      const apiVersion = 'meta.k8s.io/v1';
      const items = [{ apiVersion, kind: 'PartialObjectMetadata', metadata }];
      return { apiVersion, kind: 'PartialObjectMetadataList', metadata: { resourceVersion: '9' }, items };
    },
    async *lines() {},
    close: () => undefined,
  };
  const { signal } = new AbortController();
  return (await listVersions({ api, resource, path: '/', pageSize: undefined, timeoutMs: 1000, signal })).items;
}
