import type { Diagnostic } from '../model/diagnostic.ts';
import type { Desired, Outcome } from './target.ts';

/** Who is told what a reconciler does: the log, the metrics, the events. None of them throws or is waited for. */
export interface Observer {
  /** A state was compiled; `before` is the one of the time before. */
  compiled?(desired: Desired, before: Desired | undefined, seconds: number): void;
  /** What is wrong at the moment, with the objects and with the target; told whenever that may have changed. */
  diagnosed?(diagnostics: readonly Diagnostic[]): void;
  /** A state could not be compiled; the one before stays. */
  failed?(error: unknown): void;
  /** The target is like that state, or cannot be brought to it */
  applied?(desired: Desired, outcome: Outcome, seconds: number): void;
  /** That failed and is being tried again. */
  retried?(desired: Desired, error: unknown, seconds: number): void;
}
