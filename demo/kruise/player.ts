import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedObject } from './objects.ts';
import type { Entry } from './recording.ts';

/** What a recording is played to: the demo's cluster. */
export interface Cluster {
  apply(object: RecordedObject): Promise<void>;
  remove(object: RecordedObject): Promise<void>;
}

export interface Playback {
  readonly cluster: Cluster;
  /** What is left of a recorded wait, both in milliseconds. */
  readonly pace: (waitMs: number) => number;
  /** Told of each entry after the cluster has it. */
  readonly onEntry: (entry: Entry) => void;
  /** Ends the playback with an AbortError. */
  readonly signal: AbortSignal;
}

/** Plays the entries in order; returns when the cluster has the last one. */
export async function play(entries: readonly Entry[], playback: Playback): Promise<void> {
  let recorded = entries[0]?.t ?? 0;
  let due = performance.now();
  for (const entry of entries) {
    due += playback.pace(entry.t - recorded);
    recorded = entry.t;
    const wait = due - performance.now();
    if (wait > 1) await sleep(wait, undefined, { signal: playback.signal });
    playback.signal.throwIfAborted();
    if (entry.kind === 'event') await put(entry.type, entry.object, playback.cluster);
    playback.onEntry(entry);
  }
}

function put(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: RecordedObject, cluster: Cluster): Promise<void> {
  return type === 'DELETED' ? cluster.remove(object) : cluster.apply(object);
}
