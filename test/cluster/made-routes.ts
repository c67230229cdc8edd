import type { ApiServer } from '../../agent/kubernetes/api-server.ts';
import { collectionPath } from '../../agent/kubernetes/resource.ts';
import { MANAGED_BY } from '../../agent/model/own.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { currentList } from '../../agent/sources/current-list.ts';
import { ROUTE_FORMATS } from '../../agent/targets/routes/formats.ts';

const RESOURCES = [...new Set(Object.values(ROUTE_FORMATS).flatMap(({ writes }) => writes))].map(([best]) => best);

/** An object of each kind that graylane makes. */
export function madeObjects(namespace: string): readonly KubernetesObject[] {
  return [
    of('v1', 'Service', { ports: [{ port: 80 }] }, 'a-graylane-gray'),
    of('networking.istio.io/v1', 'DestinationRule', { host: 'a' }),
    of('networking.istio.io/v1', 'VirtualService', {
      hosts: ['a'],
      http: [{ route: [{ destination: { host: 'a' } }] }],
    }),
    of('gateway.networking.k8s.io/v1', 'HTTPRoute', {
      parentRefs: [{ kind: 'Service', group: '', name: 'a', port: 80 }],
    }),
    of('networking.k8s.io/v1', 'Ingress', {
      defaultBackend: { service: { name: 'a-graylane-gray', port: { number: 80 } } },
    }),
    of('apisix.apache.org/v2', 'ApisixRoute', { http: [] }),
  ];

  function of(apiVersion: string, kind: string, spec: object, name = 'a-graylane'): KubernetesObject {
    return {
      apiVersion,
      kind,
      metadata: { name, namespace, labels: MANAGED_BY } as KubernetesObject['metadata'],
      spec,
    };
  }
}

/** `Kind namespace/name` of all objects that graylane made. Kinds that are not served have none. */
export async function madeIn(api: ApiServer): Promise<readonly string[]> {
  const labelSelector = 'app.kubernetes.io/managed-by=graylane';
  const lists = RESOURCES.map((resource) =>
    currentList(api, resource, { labelSelector }).catch((error: unknown) => {
      if (String(error).includes('404')) return [];
      throw error;
    }),
  );
  const objects = (await Promise.all(lists)).flat();
  return objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`).sort();
}

/** Path of the objects of that kind in a namespace. */
export function routesPath(kind: string, namespace: string): string {
  const resource = RESOURCES.find((one) => one.kind === kind);
  if (resource === undefined) throw new Error(`graylane makes no ${kind}`);
  return collectionPath(resource, namespace);
}
