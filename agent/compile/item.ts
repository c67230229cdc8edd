import type { ObjectRef } from '../model/diagnostic.ts';
import { isFields, textAt } from '../model/json.ts';
import { decodeMetadata, type Metadata } from '../model/metadata.ts';
import { isOwn } from '../model/own.ts';
import type { Problem } from '../model/reasons.ts';
import { KRUISE_GROUP } from '../model/rollout.ts';
import { WORKLOAD_KINDS } from '../model/workload.ts';

/** An object of a kind that matters. */
export interface Item {
  readonly object: unknown;
  readonly ref: ObjectRef;
  readonly apiVersion: string;
  /** Its metadata, or why it cannot be used. */
  readonly metadata: Metadata | Problem;
}

/** Group of each kind; an object of the same kind in another group is somebody else's. */
const GROUPS = new Map<string, readonly string[]>([
  ['Rollout', [KRUISE_GROUP]],
  ['TrafficRouting', [KRUISE_GROUP]],
  ['BatchRelease', [KRUISE_GROUP]],
  ['Service', ['']],
  ['Pod', ['']],
  ['Ingress', ['networking.k8s.io']],
  ['HTTPRoute', ['gateway.networking.k8s.io']],
  ...WORKLOAD_KINDS.map((kind) => [kind, ['apps', 'apps.kruise.io']] as const),
]);

/** Versions whose fields are known, for the kinds where versions differ. */
const VERSIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Rollout', ['v1beta1', 'v1alpha1']],
  ['TrafficRouting', ['v1alpha1']],
  ['Ingress', ['v1']],
]);

/** Kinds that graylane makes too. Its Services select pods, and its routes lead to Services: they would be taken for the user's. */
const MADE: ReadonlySet<string> = new Set(['Service', 'Ingress', 'HTTPRoute']);

/** What an object is, or undefined when it is of no kind that matters, or graylane's own. */
export function itemOf(object: unknown): Item | undefined {
  const kind = textAt(object, 'kind');
  const apiVersion = textAt(object, 'apiVersion');
  const groups = GROUPS.get(kind ?? '');
  if (!isFields(object) || kind === undefined || apiVersion === undefined || groups === undefined) return undefined;
  const slash = apiVersion.indexOf('/');
  if (!groups.includes(slash < 0 ? '' : apiVersion.slice(0, slash))) return undefined;
  if (MADE.has(kind) && isOwn(object)) return undefined;
  const metadata = decodeMetadata(object);
  if (metadata === undefined) {
    const what = `The ${kind} has no valid name or namespace`;
    const problem = { path: 'metadata', reason: 'InvalidObject', what } as const;
    return { object, ref: givenName(object, kind), apiVersion, metadata: problem };
  }
  const ref = { kind, namespace: metadata.namespace, name: metadata.name };
  const known = VERSIONS.get(kind);
  if (known === undefined || known.includes(apiVersion.slice(slash + 1))) return { object, ref, apiVersion, metadata };
  const what = `The ${kind} is not of version ${known.join(' or ')}`;
  const problem = { path: 'apiVersion', reason: 'UnsupportedVersion', what } as const;
  return { object, ref, apiVersion, metadata: problem };
}

function givenName(object: unknown, kind: string): ObjectRef {
  const name = textAt(object, 'metadata', 'name') ?? '';
  return { kind, namespace: textAt(object, 'metadata', 'namespace') ?? '', name };
}
