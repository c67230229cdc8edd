import { listAt, textAt } from './json.ts';
import type { Metadata } from './metadata.ts';

export interface Pod {
  readonly metadata: Metadata;
  /** True while it passes its readiness checks and is not being deleted. */
  readonly ready: boolean;
}

/** Reads a Pod. */
export function decodePod(object: unknown, metadata: Metadata): Pod {
  const passes = listAt(object, 'status', 'conditions').some(
    (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True',
  );
  return { metadata, ready: passes && !metadata.deleting };
}
