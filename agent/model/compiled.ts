import type { Diagnostic } from './diagnostic.ts';
import type { PluginConfig } from './plugin-config.ts';

/** A service of a live member: where its baseline and its gray pods are, and which tag leads to gray. */
export interface Route {
  readonly namespace: string;
  readonly service: string;
  /** Names by which calls inside the cluster reach the Service, the full one first; those from outside are in `entries`. */
  readonly hosts: readonly string[];
  /** The lane this route belongs to, as `namespace/entry`. */
  readonly lane: string;
  /** `namespace/name` of the Rollout. */
  readonly member: string;
  readonly tagHeader: string;
  readonly tagValue: string;
  /** Selects the baseline pods among the Service's pods. */
  readonly stableLabels: Readonly<Record<string, string>>;
  /** Selects the gray pods. */
  readonly grayLabels: Readonly<Record<string, string>>;
  /** What a tagged request gets while no gray pod can answer: the baseline, or an error. */
  readonly mode: 'fallback' | 'strict';
  /** That of the lane. Routes are sorted by it, the largest first; a Service has one route for each tag. */
  readonly priority: number;
}

/**
 * What leads requests from outside to a Service of an entry that is live, and who divides its requests: Kruise, since its
 * `trafficRoutings` name it, or graylane. Nobody may write a route that has another owner.
 */
export interface EntryRoute {
  readonly namespace: string;
  readonly service: string;
  /** `namespace/name` of the Rollout. */
  readonly member: string;
  /** In the same namespace. */
  readonly front: { readonly kind: 'Ingress' | 'HTTPRoute'; readonly name: string };
  /** Those under which it leads to the Service, sorted; `*` stands for any. */
  readonly hosts: readonly string[];
  readonly owner: 'kruise' | 'graylane';
}

/**
 * A Service that has gray pods to which no tag leads, since their Rollout is not live yet or no more: they must not be met by
 * chance. Kruise does the like for the Service in `trafficRoutings` alone, and not to the end.
 */
export interface Baseline {
  readonly namespace: string;
  readonly service: string;
  /** `namespace/name` of the Rollout. */
  readonly member: string;
  /** Selects the pods that alone may answer; absent while those are replaced, after success: then all that are not gray. */
  readonly stableLabels?: Readonly<Record<string, string>>;
  /**
   * Without `stableLabels`: a label by which all pods but the gray ones are known. With the value `""` it is one that only gray pods
   * have, as no selector can say. Absent where no label does.
   */
  readonly otherLabels?: Readonly<Record<string, string>>;
  /** Selects the gray pods. */
  readonly grayLabels: Readonly<Record<string, string>>;
  /**
   * While stable pods are replaced by new ones, after a success, and the lane is in force: the tag that led to the gray pods, which have
   * the new version already. They may go at any moment, without another sign: for gateways alone that fall back by themselves.
   */
  readonly leaving?: Pick<Route, 'tagHeader' | 'tagValue'>;
}

/** A member of a lane and why it is live or not. */
export interface Member {
  /** `namespace/name` of the Rollout. */
  readonly rollout: string;
  readonly live: boolean;
  /** A few words for people: `step 1 paused, 1 gray pod ready`. */
  readonly state: string;
}

export interface Lane {
  /** `namespace/name` of the entry. */
  readonly name: string;
  readonly entry: { readonly kind: 'Rollout' | 'TrafficRouting'; readonly namespace: string; readonly name: string };
  readonly members: readonly Member[];
  /** True when at least one member is live, so that the rules are in force. */
  readonly active: boolean;
  /** Ids of the rules in `pluginConfig.rules` that belong to this lane. */
  readonly rules: readonly string[];
}

/** What one member had in force. */
export interface InForce {
  readonly canaryRevision: string;
  readonly stepIndex: number;
  /** Hash of the pod template that the gray pods were made from, when the workload is known. */
  readonly template?: string;
  /** The generation of the workload that the status knew when the BatchRelease was seen being deleted; 0 when it knew none. */
  readonly ending?: number;
}

/** What is remembered of a Rollout. */
export type Remembered = readonly [rollout: string, what: InForce];

/** What was in force, each Rollout once: lets the next compile keep it where Kruise keeps its routes too. Opaque to callers. */
export type Memory = readonly Remembered[];

export interface Compiled {
  readonly pluginConfig: PluginConfig;
  readonly routes: readonly Route[];
  /** Services without a route whose gray pods must not be met by chance. */
  readonly baselines: readonly Baseline[];
  /** Where the requests of lanes come in whose entry is live. */
  readonly entries: readonly EntryRoute[];
  readonly lanes: readonly Lane[];
  /** Sorted by object, path, reason. */
  readonly diagnostics: readonly Diagnostic[];
  /** To be handed to the next compile as `Snapshot.previous`. */
  readonly memory: Memory;
}
