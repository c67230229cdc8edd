import { textAt } from './json.ts';
import type { Metadata } from './metadata.ts';

/** Kruise's order to bring out or take back gray pods; it has the name of its Rollout. */
export interface BatchRelease {
  readonly metadata: Metadata;
  readonly phase: string | undefined;
}

/** Reads a BatchRelease of either version. */
export function decodeBatchRelease(object: unknown, metadata: Metadata): BatchRelease {
  return { metadata, phase: textAt(object, 'status', 'phase') };
}
