import type { Memory } from './compiled.ts';

/** A Kubernetes object as read: anything with apiVersion, kind and a name; decoded tolerantly by `agent/model`. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** Everything `compile` may know. Input order does not matter. */
export interface Snapshot {
  readonly objects: readonly KubernetesObject[];
  /** Unix time in milliseconds; compile has no clock of its own. */
  readonly nowMs: number;
  /** `memory` of the last compile, absent on the first. */
  readonly previous?: Memory;
}
