import { type BatchRelease, decodeBatchRelease } from '../model/batch-release.ts';
import type { Memory } from '../model/compiled.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { flat } from '../model/flat.ts';
import { keyOf, type Metadata } from '../model/metadata.ts';
import { decodePod } from '../model/pod.ts';
import { decodeV1alpha1, decodeV1beta1, type Rollout } from '../model/rollout.ts';
import { decodeService } from '../model/service.ts';
import { decodeTrafficRouting, type TrafficRouting } from '../model/traffic-routing.ts';
import { decodeWorkload, WORKLOAD_KINDS, type Workload } from '../model/workload.ts';
import { unknownWishes } from './annotation.ts';
import { Collection } from './collection.ts';
import { differenceOf } from './difference.ts';
import { httpRouteFront, ingressFront } from './front.ts';
import { FrontIndex } from './front-index.ts';
import { type Item, itemOf } from './item.ts';
import { KeyedIndex } from './keyed-index.ts';
import { Past } from './past.ts';
import { PathIndex } from './path-index.ts';
import { PodIndex } from './pod-index.ts';
import type { Readings } from './readings.ts';
import { ServiceIndex } from './service-index.ts';

/** The objects of a kind, as far as the inventory deals with them. */
interface Keeper {
  add(item: Item): void;
  remove(item: Item): void;
  settle(): void;
  readonly diagnostics: readonly Diagnostic[];
}

type Lists = ReadonlyMap<string, readonly unknown[]>;

/** Everything that matters of what there is at the moment, decoded, and what was in force before. */
export class Inventory {
  /** By `namespace/name`; of one name there may be a Rollout of each version. */
  readonly rollouts: KeyedIndex<Rollout>;
  /** By `namespace/name`. */
  readonly trafficRoutings: KeyedIndex<TrafficRouting>;
  /** By `namespace/name`. */
  readonly batchReleases: KeyedIndex<BatchRelease>;
  /** By `workloadKey`. */
  readonly workloads: KeyedIndex<Workload>;
  /** The workloads that Kruise made for releases, by `namespace/name` of the Deployment that is released. */
  readonly canaries: KeyedIndex<Workload>;
  readonly services: ServiceIndex;
  readonly pods: PodIndex;
  readonly ingressPaths: PathIndex;
  readonly fronts: FrontIndex;
  readonly past: Past;
  readonly #keepers: ReadonlyMap<string, Keeper>;
  #lists: Lists = new Map();

  constructor(readings: Readings) {
    const byName = <T extends { readonly metadata: Metadata }>(): KeyedIndex<T> =>
      new KeyedIndex(readings, ({ metadata }) => [keyOf(metadata)]);
    this.rollouts = byName();
    this.trafficRoutings = byName();
    this.batchReleases = byName();
    this.workloads = new KeyedIndex(readings, ({ group, kind, metadata }) => [
      workloadKey(group, kind, metadata.namespace, metadata.name),
    ]);
    this.canaries = new KeyedIndex(readings, ({ canaryOf, metadata }) =>
      canaryOf === undefined ? [] : [keyOf({ namespace: metadata.namespace, name: canaryOf })],
    );
    this.services = new ServiceIndex(readings);
    this.pods = new PodIndex(readings);
    this.ingressPaths = new PathIndex(readings);
    this.fronts = new FrontIndex(readings);
    this.past = new Past(readings);
    this.#keepers = this.#allKeepers();
  }

  /** Takes everything as it is now. Only lists that are not the same as before are looked at. */
  update(lists: Lists, previous: Memory): void {
    for (const [name, before] of this.#lists) this.#replace(before, lists.get(name) ?? []);
    for (const [name, list] of lists) if (!this.#lists.has(name)) this.#replace([], list);
    this.#lists = new Map(lists);
    for (const keeper of this.#keepers.values()) keeper.settle();
    this.past.replace(previous);
  }

  /** What is wrong with the objects themselves, those of Rollouts excepted. */
  get diagnostics(): readonly Diagnostic[] {
    return [...new Set(this.#keepers.values())].flatMap(({ diagnostics }) => diagnostics);
  }

  #replace(before: readonly unknown[], after: readonly unknown[]): void {
    const { added, removed } = differenceOf(before, after);
    for (const item of removed.flatMap((object) => itemOf(object) ?? []))
      this.#keepers.get(item.ref.kind)?.remove(item);
    for (const item of added.flatMap((object) => itemOf(object) ?? [])) this.#keepers.get(item.ref.kind)?.add(item);
  }

  #allKeepers(): ReadonlyMap<string, Keeper> {
    const workloads = new Collection({ decode: decodeWorkload, finders: [this.workloads, this.canaries] });
    return new Map<string, Keeper>([
      ['Rollout', new Collection({ decode: decodeRollout, finders: [this.rollouts] })],
      [
        'TrafficRouting',
        new Collection({
          decode: decodeTrafficRouting,
          finders: [this.trafficRoutings],
          problemsOf: ({ problems, metadata }) => [...problems, ...unknownWishes(metadata)],
        }),
      ],
      ['BatchRelease', new Collection({ decode: decodeBatchRelease, finders: [this.batchReleases] })],
      ['Service', new Collection({ decode: decodeService, finders: [this.services] })],
      ['Pod', new Collection({ decode: decodePod, finders: [this.pods] })],
      ['Ingress', new Collection({ decode: ingressFront, finders: [this.fronts, this.ingressPaths] })],
      ['HTTPRoute', new Collection({ decode: httpRouteFront, finders: [this.fronts] })],
      ...WORKLOAD_KINDS.map((kind) => [kind, workloads] as const),
    ]);
  }
}

/** Under which key a workload is found. */
export function workloadKey(group: string, kind: string, namespace: string, name: string): string {
  return flat(group, ' ', kind, ' ', namespace, '/', name);
}

function decodeRollout(object: unknown, metadata: Metadata, apiVersion: string): Rollout {
  return apiVersion.endsWith('/v1beta1') ? decodeV1beta1(object, metadata) : decodeV1alpha1(object, metadata);
}
