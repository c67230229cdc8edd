import type { Diagnostic } from '../model/diagnostic.ts';
import type { KubernetesObject } from '../model/snapshot.ts';

/** Everything that a source has read. */
export interface SourceState {
  /** By namespace. The list of a namespace is the same array as long as nothing in it changed. */
  readonly namespaces: ReadonlyMap<string, readonly KubernetesObject[]>;
  readonly diagnostics: readonly Diagnostic[];
}

/** How far the reading of one kind of object is. */
export interface Reading {
  /** Such as `rollouts.rollouts.kruise.io`. */
  readonly resource: string;
  /** `absent`: the API server does not serve it. */
  readonly state: 'reading' | 'synced' | 'absent';
  readonly objects: number;
  /** Unix time in milliseconds of the last list or sign of life of the watch; 0 before the first. */
  readonly lastProgressMs: number;
  /** What is wrong with the reading at the moment, in words; absent when nothing is. */
  readonly why?: string;
}

/** Where objects come from. */
export interface Source {
  /**
   * Begins to read; `onChange` is called after every change of a state, once everything was read, and before that when something
   * else is wrong than was. Rejects when reading is impossible.
   */
  start(onChange: () => void): Promise<void>;
  /** Undefined until everything was read once: what is not yet read is not gone. */
  state(): SourceState | undefined;
  readings(): readonly Reading[];
  /** What is wrong with what was read and with reading it; known before everything was read too. */
  readonly diagnostics: readonly Diagnostic[];
  close(): Promise<void>;
}
