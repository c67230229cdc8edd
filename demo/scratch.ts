import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cleanup } from './cleanup.ts';

/** The demo's temporary folders. */
export interface Scratch {
  /** Manifests, one file per object: what a cluster would hold. */
  readonly manifests: string;
  /** What the agent writes for the gateway. */
  readonly gateway: string;
}

/** Makes the folders below one new folder, which goes with the clean-up. */
export function makeScratch(cleanup: Cleanup): Scratch {
  const root = mkdtempSync(join(tmpdir(), 'graylane-demo-'));
  const remove = (): void => rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  cleanup.add({ close: remove, closeNow: remove });
  const scratch = { manifests: join(root, 'manifests'), gateway: join(root, 'gateway') };
  for (const folder of Object.values(scratch)) mkdirSync(folder);
  return scratch;
}
