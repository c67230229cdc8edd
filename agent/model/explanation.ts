import type { Diagnostic } from './diagnostic.ts';

/** What is to be known of a reason. */
export interface Explanation {
  readonly severity: Diagnostic['severity'];
  /** Why this happens. */
  readonly cause: string;
  /** What to change or do; the second half of every message. */
  readonly remedy: string;
}
