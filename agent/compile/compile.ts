import type { Compiled } from '../model/compiled.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { Compiler } from './compiler.ts';

/**
 * Works out what the gateways must enforce at this moment. Total and deterministic: whatever the objects are, there is a
 * result, and it does not depend on their order. What cannot be honoured is in the diagnostics and has no effect.
 */
export function compile({ objects, nowMs, previous }: Snapshot): Compiled {
  const namespaces = new Map([['', objects]]);
  return new Compiler().compile({ namespaces, nowMs, ...(previous !== undefined && { previous }) });
}
