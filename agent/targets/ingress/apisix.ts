import { at, textAt, textsAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import type { BasePath, Diversion, Tag } from './base.ts';
import { CLASS_ANNOTATION } from './controller.ts';

/**
 * Larger than that of the routes which Apisix makes from an Ingress: of two routes with one URI the larger is tried first.
 * Source: the reference of ApisixRoute/v2, and the translation of Ingresses, which sets 0, or 100 with regular expressions.
 */
const PRIORITY = 1000;

/**
 * The paths as URIs of Apisix: those that it makes itself from the path of an Ingress. Undefined for a type that has no exact
 * counterpart: what ImplementationSpecific means depends on an annotation and on the version.
 */
export function urisOf({ path, pathType }: BasePath): readonly string[] | undefined {
  const value = path || '/';
  if (value.includes('*')) return undefined;
  if (pathType === 'Exact') return [value];
  if (pathType === 'Prefix') return [value, value.endsWith('/') ? `${value}*` : `${value}/*`];
  return undefined;
}

/** The route of a tag beside those of an Ingress. */
export function apisixRoute(
  base: unknown,
  diversions: readonly Diversion[],
  tag: Tag,
  metadata: KubernetesObject['metadata'],
): KubernetesObject {
  const className =
    textAt(base, 'spec', 'ingressClassName') ?? textAt(base, 'metadata', 'annotations', CLASS_ANNOTATION);
  return {
    apiVersion: 'apisix.apache.org/v2',
    kind: 'ApisixRoute',
    metadata,
    spec: {
      ...(className !== undefined && { ingressClassName: className }),
      http: diversions.map(({ path, service }, index) => ({
        name: `path-${index}`,
        priority: PRIORITY,
        match: {
          ...(path.host !== undefined && { hosts: [path.host] }),
          paths: urisOf(path),
          exprs: [{ subject: { scope: 'Header', name: tag.header }, op: 'Equal', value: tag.value }],
        },
        backends: [{ serviceName: service, servicePort: at(path.port, 'number') ?? at(path.port, 'name') }],
      })),
    },
  };
}

/** An annotation of Apisix on the Ingress, which its ApisixRoute would not have; undefined when there is none. */
export function lostByApisix(base: unknown): string | undefined {
  return Object.keys(textsAt(base, 'metadata', 'annotations'))
    .sort()
    .find((name) => name.startsWith('k8s.apisix.apache.org/'));
}
