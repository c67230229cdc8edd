import type { Cluster } from '../../test/cluster/cluster.ts';
import type { Witness } from './witness.ts';

/** Namespace of the lane. */
export const SHOP = 'shop';

/** What a way is opened with. */
export interface WayOptions {
  readonly cluster: Cluster;
  /** Path of the plugin. */
  readonly plugin: string;
  /** Path of an Envoy. */
  readonly envoy: string;
}

/** A way from the agent to an Envoy. */
export interface Way {
  /** More of the agent's command line: its target. */
  readonly words: readonly string[];
  /** Objects of the lane, as this way needs them. */
  readonly objects: readonly object[];
  /** Starts the gateway, after the agent has written for the first time; resolves when it serves. */
  begin(): Promise<Gateway>;
  close(): Promise<void>;
}

/** A gateway that serves, and what can be seen on the way to it. */
export interface Gateway {
  /** Of 127.0.0.1, where requests from outside arrive. */
  readonly port: number;
  /** What is noted in between, by the name of the moment; in the order of the way. */
  readonly witnesses: Readonly<Record<string, Witness>>;
}
