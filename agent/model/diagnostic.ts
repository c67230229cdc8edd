/** The object a diagnostic is about. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** One thing a user must know about one object: never an exception, never dropped. */
export interface Diagnostic {
  /** `error`: something asked for is not in force. `warning`: in force, but likely not as meant. */
  readonly severity: 'error' | 'warning';
  readonly object: ObjectRef;
  /** Field path as Kubernetes writes it, e.g. `spec.strategy.canary.steps[0].matches[0]`; empty for the object as a whole. */
  readonly path: string;
  /** Stable CamelCase code from `agent/model/reasons.ts`. */
  readonly reason: string;
  /** A sentence that says what to change. */
  readonly message: string;
}
