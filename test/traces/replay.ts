import { compile } from '../../agent/compile/compile.ts';
import type { Compiled, Memory } from '../../agent/model/compiled.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { type Entry, ReplayedCluster, readAsV1alpha1, readRecording, type Truth } from './recording.ts';

/** What the compiler says and what Kruise enforces after one entry of a recording. */
export interface Moment {
  readonly entry: Entry;
  readonly compiled: Compiled;
  readonly truth: Truth;
  readonly objects: readonly KubernetesObject[];
}

const NOTHING: Truth = { canaryIngresses: {}, services: {}, trafficRoutings: {} };

/**
 * Compiles after every entry of a recording, as an agent would that sees every event by itself.
 *
 * @param kinds those that the agent sees; absent: all
 */
export function replay(name: string, kinds?: ReadonlySet<string>): readonly Moment[] {
  const [id = '', version] = name.split('.');
  const cluster = new ReplayedCluster();
  let memory: Memory = [];
  let truth = NOTHING;
  return (version === undefined ? readRecording(id) : readAsV1alpha1(id)).map((entry) => {
    if (entry.kind === 'truth') truth = entry.data;
    if (entry.kind === 'event') cluster.apply(entry);
    const objects = cluster.objects.filter(({ kind }) => kinds?.has(kind) ?? true);
    const compiled = compile({ objects, nowMs: entry.t, previous: memory });
    memory = compiled.memory;
    return { entry, compiled, truth, objects };
  });
}
