import { compile } from '../../agent/compile/compile.ts';
import type { Memory } from '../../agent/model/compiled.ts';
import { canonical } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import type { Change } from './history.ts';

/** What the compiler says of one namespace from one change on until the next. */
export interface Moment {
  readonly revision: number;
  readonly atMs: number;
  /** `canonical` of the rules. */
  readonly rules: string;
  readonly ids: readonly string[];
  /** What was changed. */
  readonly what: string;
  /** Everything that is there. */
  readonly objects: ReadonlyMap<string, KubernetesObject>;
  /** What was remembered before, and what is since. */
  readonly previous: Memory;
  readonly memory: Memory;
}

/** Kinds at which the compiler looks. */
const KINDS: ReadonlySet<string> = new Set([
  'Rollout',
  'TrafficRouting',
  'BatchRelease',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CloneSet',
  'Pod',
  'Service',
  'Ingress',
  'HTTPRoute',
]);

/** Compiles each namespace after each of its changes, as an agent would that sees every change by itself and at once. */
export class Expectations {
  readonly namespaces = new Map<string, Moment[]>();
  readonly #changes: readonly Change[];
  readonly #kinds = new Map<string, string>();
  #taken = 0;

  /** @param changes may grow */
  constructor(changes: readonly Change[]) {
    this.#changes = changes;
  }

  /** Takes in what was changed since the last time. */
  update(): void {
    for (const change of this.#changes.slice(this.#taken)) this.#take(change);
    this.#taken = this.#changes.length;
  }

  #take({ revision, atMs, key, object }: Change): void {
    const kind = object?.kind ?? this.#kinds.get(key);
    if (kind === undefined || !KINDS.has(kind)) return;
    this.#kinds.set(key, kind);
    const [namespace = ''] = key.split('/').slice(-2);
    const moments = this.namespaces.get(namespace) ?? [];
    this.namespaces.set(namespace, moments);
    const last = moments.at(-1);
    const objects = new Map(last?.objects);
    if (object === undefined) objects.delete(key);
    else objects.set(key, object);
    const previous = last?.memory ?? [];
    moments.push({
      revision,
      atMs,
      what: `${kind} ${key}`,
      objects,
      previous,
      ...compiledOf(objects.values(), previous),
    });
  }
}

/** What the compiler says of those objects. */
export function compiledOf(
  objects: Iterable<KubernetesObject>,
  previous: Memory,
): Pick<Moment, 'rules' | 'ids' | 'memory'> {
  const { pluginConfig, memory } = compile({ objects: [...objects], nowMs: 0, previous });
  const rules = pluginConfig.rules ?? [];
  return { rules: canonical(rules), ids: rules.map(({ id }) => id), memory };
}
