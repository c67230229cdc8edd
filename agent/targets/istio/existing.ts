import { at, listAt, textAt } from '../../model/json.ts';
import { byName, decodeMetadata, type Metadata } from '../../model/metadata.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import { delegateName, isOwn, ownName } from '../ownership.ts';
import { covers } from './host.ts';
import type { Plan } from './plan.ts';
import type { Report } from './reasons.ts';

/** An object that somebody else wrote. */
export interface Foreign {
  readonly kind: 'DestinationRule' | 'HTTPRoute' | 'VirtualService';
  readonly metadata: Metadata;
  readonly object: unknown;
}

const GROUPS: Readonly<Record<Foreign['kind'], string>> = {
  DestinationRule: 'networking.istio.io/',
  HTTPRoute: 'gateway.networking.k8s.io/',
  VirtualService: 'networking.istio.io/',
};

/** What others have said about routes in the mesh, in order. */
export function foreignObjects(objects: readonly KubernetesObject[]): readonly Foreign[] {
  return objects
    .flatMap((object): readonly Foreign[] => {
      const kind = kindOf(object);
      const metadata = decodeMetadata(object);
      if (kind === undefined || metadata === undefined || isOwn(object)) return [];
      return [{ kind, metadata, object }];
    })
    .sort((a, b) => byName(a.metadata, b.metadata));
}

function kindOf({ kind, apiVersion }: KubernetesObject): Foreign['kind'] | undefined {
  if (kind !== 'DestinationRule' && kind !== 'HTTPRoute' && kind !== 'VirtualService') return undefined;
  return apiVersion.startsWith(GROUPS[kind]) ? kind : undefined;
}

/** The annotation by which a user asks for the routes in a VirtualService of their own. */
const MERGE = 'graylane.io/merge';

/** True when nobody else routes the Service in the mesh; else it is reported who does. */
export function isFree(plan: Plan, foreign: readonly Foreign[], report: Report): boolean {
  const conflicts = foreign.filter((one) => conflictPath(one, plan) !== undefined);
  for (const one of conflicts) {
    const { kind, metadata } = one;
    const wantsMerge = kind === 'VirtualService' && metadata.annotations[MERGE] === 'true';
    const reason = wantsMerge
      ? 'MergeNotPossible'
      : kind === 'DestinationRule'
        ? 'DestinationRuleConflict'
        : 'RouteConflict';
    const object = { kind, namespace: metadata.namespace, name: metadata.name };
    report(object, conflictPath(one, plan) ?? '', reason, `It already stands for ${plan.host}`);
  }
  return conflicts.length === 0;
}

/** Field path of what says the same as graylane would, if anything does. */
function conflictPath({ kind, metadata, object }: Foreign, { namespace, service, host }: Plan): string | undefined {
  const hasHost = (name: unknown): boolean => typeof name === 'string' && covers(name, metadata.namespace, host);
  if (kind === 'HTTPRoute') return isParent(object, metadata, { namespace, service }) ? 'spec.parentRefs' : undefined;
  const names = [ownName(service), ...(kind === 'VirtualService' ? [delegateName(service)] : [])];
  if (metadata.namespace === namespace && names.includes(metadata.name)) return 'metadata.name';
  if (kind === 'DestinationRule') return hasHost(at(object, 'spec', 'host')) ? 'spec.host' : undefined;
  return isInMesh(object) && listAt(object, 'spec', 'hosts').some(hasHost) ? 'spec.hosts' : undefined;
}

function isParent(
  object: unknown,
  metadata: Metadata,
  { namespace, service }: Omit<Plan, 'host' | 'stable' | 'tags'>,
): boolean {
  return listAt(object, 'spec', 'parentRefs').some(
    (parent) =>
      textAt(parent, 'kind') === 'Service' &&
      textAt(parent, 'name') === service &&
      (textAt(parent, 'namespace') ?? metadata.namespace) === namespace,
  );
}

/** Without gateways it counts in the mesh alone. */
function isInMesh(object: unknown): boolean {
  const gateways = listAt(object, 'spec', 'gateways');
  return gateways.length === 0 || gateways.includes('mesh');
}
