import { type BatchRelease, decodeBatchRelease } from '../model/batch-release.ts';
import type { Diagnostic, ObjectRef } from '../model/diagnostic.ts';
import { decodeHttpRoute, type HttpRoute } from '../model/http-route.ts';
import { decodeIngress, type Ingress } from '../model/ingress.ts';
import { canonical, isFields, textAt } from '../model/json.ts';
import { byName, compareText, decodeMetadata, keyOf, type Metadata } from '../model/metadata.ts';
import { decodePod, type Pod } from '../model/pod.ts';
import { diagnose, type Reason } from '../model/reasons.ts';
import { decodeV1alpha1, decodeV1beta1, KRUISE_GROUP, type Rollout } from '../model/rollout.ts';
import { decodeService, type Service } from '../model/service.ts';
import { decodeTrafficRouting, type TrafficRouting } from '../model/traffic-routing.ts';
import { decodeWorkload, WORKLOAD_KINDS, type Workload } from '../model/workload.ts';

/** Everything of a snapshot that matters, decoded; each list is sorted by namespace and name. */
export interface Inventory {
  readonly rollouts: readonly Rollout[];
  readonly trafficRoutings: readonly TrafficRouting[];
  readonly batchReleases: readonly BatchRelease[];
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  readonly pods: readonly Pod[];
  readonly ingresses: readonly Ingress[];
  readonly httpRoutes: readonly HttpRoute[];
  readonly diagnostics: readonly Diagnostic[];
}

/** One object that has a name, of a kind that matters. */
interface Item {
  readonly object: unknown;
  readonly metadata: Metadata;
  readonly ref: ObjectRef;
  readonly version: string;
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

/** Sorts out and decodes the objects of a snapshot; what cannot be used becomes a diagnostic. */
export function takeInventory(objects: readonly unknown[]): Inventory {
  const diagnostics: Diagnostic[] = [];
  const tell = (ref: ObjectRef, reason: Reason, what: string, path = ''): void =>
    void diagnostics.push(diagnose(ref, { path, reason, what }));
  const items = unique(
    objects.flatMap((object) => identify(object, tell)),
    tell,
  );
  const all = <T>(kind: string, decode: (object: unknown, metadata: Metadata) => T): readonly T[] =>
    items.filter((item) => item.ref.kind === kind).map((item) => decode(item.object, item.metadata));
  return {
    rollouts: decodeRollouts(items, tell),
    trafficRoutings: all('TrafficRouting', decodeTrafficRouting),
    batchReleases: all('BatchRelease', decodeBatchRelease),
    workloads: WORKLOAD_KINDS.flatMap((kind) => all(kind, decodeWorkload)),
    services: all('Service', decodeService),
    pods: all('Pod', decodePod),
    ingresses: all('Ingress', decodeIngress),
    httpRoutes: all('HTTPRoute', decodeHttpRoute),
    diagnostics,
  };
}

type Tell = (ref: ObjectRef, reason: Reason, what: string, path?: string) => void;

/** The object with its name, when it is of a kind that matters. */
function identify(object: unknown, tell: Tell): readonly Item[] {
  const kind = textAt(object, 'kind');
  const apiVersion = textAt(object, 'apiVersion');
  const groups = GROUPS.get(kind ?? '');
  if (!isFields(object) || kind === undefined || apiVersion === undefined || groups === undefined) return [];
  const slash = apiVersion.indexOf('/');
  const version = apiVersion.slice(slash + 1);
  if (!groups.includes(slash < 0 ? '' : apiVersion.slice(0, slash))) return [];
  const metadata = decodeMetadata(object);
  if (metadata === undefined) {
    tell(givenName(object, kind), 'InvalidObject', `The ${kind} has no valid name or namespace`, 'metadata');
    return [];
  }
  const ref = { kind, namespace: metadata.namespace, name: metadata.name };
  const known = VERSIONS.get(kind);
  if (known !== undefined && !known.includes(version)) {
    tell(ref, 'UnsupportedVersion', `The ${kind} is not of version ${known.join(' or ')}`, 'apiVersion');
    return [];
  }
  return [{ object, metadata, ref, version }];
}

function givenName(object: unknown, kind: string): ObjectRef {
  const name = textAt(object, 'metadata', 'name') ?? '';
  return { kind, namespace: textAt(object, 'metadata', 'namespace') ?? '', name };
}

/** Sorted by name, one of each name and version: where several are given, the choice must not depend on their order. */
function unique(items: readonly Item[], tell: Tell): readonly Item[] {
  const sameName = new Map<string, Item[]>();
  for (const item of items) {
    const identity = `${textAt(item.object, 'apiVersion')} ${item.ref.kind} ${keyOf(item.metadata)}`;
    const known = sameName.get(identity);
    if (known === undefined) sameName.set(identity, [item]);
    else known.push(item);
  }
  const chosen = [...sameName.values()].flatMap((given) => (given.length === 1 ? given : choose(given, tell)));
  return chosen.sort((a, b) => byName(a.metadata, b.metadata));
}

function choose(given: readonly Item[], tell: Tell): readonly Item[] {
  const contents = new Map(given.map((item) => [canonical(item.object), item]));
  const [chosen, ...others] = [...contents].sort(([a], [b]) => compareText(a, b)).map(([, item]) => item);
  for (const { ref } of others.slice(0, 1)) {
    tell(ref, 'DuplicateObject', `There are ${contents.size} different objects of this name`);
  }
  return chosen === undefined ? [] : [chosen];
}

function decodeRollouts(items: readonly Item[], tell: Tell): readonly Rollout[] {
  const rollouts = items.filter((item) => item.ref.kind === 'Rollout');
  const better = new Set(rollouts.filter((item) => item.version === 'v1beta1').map((item) => keyOf(item.metadata)));
  return rollouts.flatMap(({ object, metadata, ref, version }) => {
    if (version === 'v1beta1') return [decodeV1beta1(object, metadata)];
    if (!better.has(keyOf(metadata))) return [decodeV1alpha1(object, metadata)];
    tell(ref, 'BothVersions', 'The Rollout is there as v1beta1 too', 'apiVersion');
    return [];
  });
}
