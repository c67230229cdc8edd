import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';

/** How many ready pods of each version there are. */
type Endpoints = Readonly<Record<string, number>>;

/** What traffic is enforced at one moment, as far as Kruise enforces it. */
export interface Truth {
  readonly canaryIngresses: Readonly<
    Record<
      string,
      {
        readonly annotations: Readonly<Record<string, string>>;
        readonly service: string;
        readonly endpoints: Endpoints;
      }
    >
  >;
  readonly services: Readonly<
    Record<string, { readonly selector: Readonly<Record<string, string>>; readonly endpoints: Endpoints }>
  >;
  readonly trafficRoutings: Readonly<Record<string, { readonly phase: string; readonly holders: readonly string[] }>>;
}

interface Timed {
  /** Line of the recording, from 1. */
  readonly line: number;
  /** Milliseconds since the recording began. */
  readonly t: number;
}

/** What a person did. */
interface Action extends Timed {
  readonly kind: 'action';
  readonly text: string;
}

/** What the API server told a watcher. */
export interface Event extends Timed {
  readonly kind: 'event';
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubernetesObject;
}

/** What is enforced from now on. */
interface TruthLine extends Timed {
  readonly kind: 'truth';
  readonly data: Truth;
}

export type Entry = Action | Event | TruthLine;

const folder = fileURLToPath(new URL('../fixtures/kruise-traces/', import.meta.url));
const SUFFIX = '.jsonl.gz';

/** Names of all recordings: `s01`, and `s01.v1alpha1` for the Rollouts of the same run as the other version shows them. */
export function recordings(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

/** The entries of a recording in order of arrival. */
export function readRecording(name: string): readonly Entry[] {
  const text = gunzipSync(readFileSync(`${folder}${name}${SUFFIX}`)).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index): Entry => ({ ...JSON.parse(line), line: index + 1 }));
}

/** A run as an agent sees it that reads Rollouts as v1alpha1: the other objects from one recording, Rollouts from the other. */
export function readAsV1alpha1(name: string): readonly Entry[] {
  const others = readRecording(name).filter((entry) => entry.kind !== 'event' || entry.object.kind !== 'Rollout');
  const rollouts = readRecording(`${name}.v1alpha1`).filter((entry) => entry.kind === 'event');
  return [...others, ...rollouts].sort((a, b) => a.t - b.t);
}

/** The objects of a cluster, changed by the events of a recording. */
export class ReplayedCluster {
  readonly #objects = new Map<string, KubernetesObject>();

  apply({ type, object }: Event): void {
    const key = `${object.kind} ${object.metadata.namespace}/${object.metadata.name}`;
    if (type === 'DELETED') this.#objects.delete(key);
    else this.#objects.set(key, object);
  }

  get objects(): readonly KubernetesObject[] {
    return [...this.#objects.values()];
  }
}
