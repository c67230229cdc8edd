import type { Compiled } from '../model/compiled.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { KubernetesObject } from '../model/snapshot.ts';

/** What a target is to be brought to. The plugin binary has accepted the configuration. */
export interface Desired {
  readonly compiled: Compiled;
  /** Everything that was read, for targets that lead to pods. */
  readonly objects: () => readonly KubernetesObject[];
  /** Of the source and of the compiler. */
  readonly diagnostics: readonly Diagnostic[];
  /** Why the newest state cannot be had, as a sentence without its final full stop: this one was the last good one. */
  readonly refusal?: string;
}

/** What became of a desired state. */
export type Outcome =
  /** The target was like that already. */
  | { readonly kind: 'unchanged' }
  /** It is like that now. `what` names the files or fields that were written. */
  | { readonly kind: 'written'; readonly what: string }
  /** It stays as it was until somebody does something: the reason is CamelCase, the message says what to do. */
  | { readonly kind: 'blocked'; readonly reason: string; readonly message: string };

/** Where compiled output goes. */
export interface Target {
  /** How logs, metrics and people name it, such as `higress:higress-system/graylane` or `envoy:/path`. */
  readonly name: string;
  /** Begins to look at what is there; `onDrift` is called whenever somebody else changed it. Resolves when it was read once. */
  start(onDrift: () => void): Promise<void>;
  /** True when that state withdraws a rule that is in force there: an `apply` that is under way is to be given up for it. */
  isUrgent(desired: Desired): boolean;
  /** Brings the target to that state. Rejects when that should be tried again later. */
  apply(desired: Desired, signal: AbortSignal): Promise<Outcome>;
  /** What is wrong with writing to it at the moment; shown beside the compiler's diagnostics. */
  readonly diagnostics: readonly Diagnostic[];
  close(): Promise<void>;
}
