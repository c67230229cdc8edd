import { type BatchRelease, decodeBatchRelease } from '../model/batch-release.ts';
import type { Diagnostic, ObjectRef } from '../model/diagnostic.ts';
import { decodeHttpRoute } from '../model/http-route.ts';
import { decodeIngress, type Ingress, type IngressPath } from '../model/ingress.ts';
import { canonical, isFields, textAt } from '../model/json.ts';
import { byName, compareText, decodeMetadata, keyOf, type Metadata } from '../model/metadata.ts';
import { decodePod } from '../model/pod.ts';
import { diagnose, type Reason } from '../model/reasons.ts';
import { decodeV1alpha1, decodeV1beta1, KRUISE_GROUP, type Rollout } from '../model/rollout.ts';
import { decodeService } from '../model/service.ts';
import { decodeTrafficRouting, type TrafficRouting } from '../model/traffic-routing.ts';
import { decodeWorkload, WORKLOAD_KINDS, type Workload } from '../model/workload.ts';
import { type Front, frontsOf } from './front.ts';
import { grouped } from './grouping.ts';
import { PodIndex } from './pod-index.ts';
import { ServiceIndex } from './service-index.ts';

/** Everything of a snapshot that matters, decoded; all lists are sorted by namespace and name. */
export interface Inventory {
  readonly rollouts: readonly Rollout[];
  readonly trafficRoutings: readonly TrafficRouting[];
  /** By `namespace/name`. */
  readonly batchReleases: ReadonlyMap<string, BatchRelease>;
  /** By `group kind namespace/name`. */
  readonly workloads: ReadonlyMap<string, Workload>;
  /** The workloads that Kruise made for releases, by `namespace/name` of the Deployment that is released. */
  readonly canaries: ReadonlyMap<string, readonly Workload[]>;
  readonly services: ServiceIndex;
  readonly pods: PodIndex;
  /** The paths of all real Ingresses, by host in lower case; those for every host under the empty text. */
  readonly ingressPaths: ReadonlyMap<string, readonly OwnedPath[]>;
  /** What leads requests from outside to Services, by namespace. */
  readonly fronts: ReadonlyMap<string, readonly Front[]>;
  readonly diagnostics: readonly Diagnostic[];
}

/** A path of an Ingress with the namespace of that Ingress. */
export interface OwnedPath extends IngressPath {
  readonly namespace: string;
}

/** One object that has a name, of a kind that matters. */
interface Item {
  readonly object: unknown;
  readonly metadata: Metadata;
  readonly ref: ObjectRef;
  readonly apiVersion: string;
  /** The last part of `apiVersion`. */
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
  const workloads = WORKLOAD_KINDS.flatMap((kind) => all(kind, decodeWorkload));
  const ingresses = all('Ingress', decodeIngress);
  const httpRoutes = all('HTTPRoute', decodeHttpRoute);
  return {
    rollouts: decodeRollouts(items, tell),
    trafficRoutings: all('TrafficRouting', decodeTrafficRouting),
    batchReleases: new Map(all('BatchRelease', decodeBatchRelease).map((found) => [keyOf(found.metadata), found])),
    workloads: new Map(
      workloads.map((workload) => [`${workload.group} ${workload.kind} ${keyOf(workload.metadata)}`, workload]),
    ),
    canaries: grouped(workloads.map((workload) => [`${workload.metadata.namespace}/${workload.canaryOf}`, workload])),
    services: new ServiceIndex(all('Service', decodeService)),
    pods: new PodIndex(all('Pod', decodePod)),
    ingressPaths: grouped(ingresses.filter(isReal).flatMap(ownedPaths)),
    fronts: grouped(frontsOf(ingresses, httpRoutes).map((front) => [front.object.metadata.namespace, front])),
    diagnostics,
  };
}

/** False for what only diverts requests for a release. */
function isReal({ metadata, canary }: Ingress): boolean {
  return !canary && !metadata.madeByKruise;
}

function ownedPaths({ metadata, paths }: Ingress): readonly (readonly [host: string, path: OwnedPath])[] {
  return paths.map((path) => [path.host?.toLowerCase() ?? '', { ...path, namespace: metadata.namespace }]);
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
  return [{ object, metadata, ref, apiVersion, version }];
}

function givenName(object: unknown, kind: string): ObjectRef {
  const name = textAt(object, 'metadata', 'name') ?? '';
  return { kind, namespace: textAt(object, 'metadata', 'namespace') ?? '', name };
}

/** Sorted by name, one of each name and version: where several are given, the choice must not depend on their order. */
function unique(items: readonly Item[], tell: Tell): readonly Item[] {
  const sameName = grouped(items.map((item) => [`${item.apiVersion} ${item.ref.kind} ${keyOf(item.metadata)}`, item]));
  const chosen = [...sameName.values()].flatMap((given) => (given.length === 1 ? given : choose(given, tell)));
  return chosen.sort((a, b) => byName(a.metadata, b.metadata) || compareText(a.apiVersion, b.apiVersion));
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
