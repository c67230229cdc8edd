import { at, type Fields, fieldsAt, integerAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import type { RecordedObject } from '../../demo/kruise/objects.ts';
import { shortened } from '../../demo/kruise/pace.ts';
import { play } from '../../demo/kruise/player.ts';
import { type Cut, entriesOf, readRecording } from '../../demo/kruise/recording.ts';
import { moved } from '../../demo/kruise/rewrite.ts';
import { PLACE } from '../../demo/story.ts';
import type { Cluster } from './cluster.ts';
import { LiveReplay } from './live-replay.ts';
import type { StoryPods } from './story-pods.ts';

/** How many times faster the recording's long waits pass. */
const SPEED = 5;
/** What Kruise makes for `trafficRoutings`. */
const OF_KRUISE: ReadonlySet<string> = new Set(['Service spring-cloud-a-canary', 'Ingress spring-cloud-a-canary']);
const RELEASED_AGAIN = 'spring-cloud-c';

/**
 * Plays the recording of the story into an API server, as Kruise would have written it if rollout-a had no `trafficRoutings`: it
 * makes no routes then and pins no Service. In a mesh that is how graylane alone decides.
 */
export class StoryReplay {
  readonly #replay: LiveReplay;
  readonly #pods: StoryPods;
  readonly #recording = readRecording();
  /** Of the Deployment of C. */
  #generation = 0;
  #later: number | undefined;

  constructor(cluster: Cluster, pods: StoryPods) {
    this.#replay = new LiveReplay(cluster.admin, { namespace: PLACE.namespace, speed: SPEED });
    this.#pods = pods;
  }

  /** Resolves when the API server has all of it. */
  async play(cut: Cut): Promise<void> {
    this.#later = undefined;
    await play(entriesOf(this.#recording, cut), {
      cluster: { apply: (object) => this.#apply(object), remove: (object) => this.#remove(object) },
      pace: (waitMs) => shortened(waitMs, SPEED),
      onEntry: () => undefined,
      signal: new AbortController().signal,
    });
  }

  async #apply(object: RecordedObject): Promise<void> {
    if (OF_KRUISE.has(nameOf(object))) return;
    const here = moved(object.kind === 'Pod' ? await this.#pods.admit(object) : object, PLACE);
    await this.#replay.write({ type: 'MODIFIED', object: this.#counted(withoutRoutes({ ...here })), line: 0 });
    if (object.kind === 'Pod') await this.#pods.report(object);
  }

  async #remove(object: RecordedObject): Promise<void> {
    if (OF_KRUISE.has(nameOf(object))) return;
    if (object.kind === 'Pod') await this.#pods.remove(object);
    await this.#replay.write({ type: 'DELETED', object: { ...moved(object, PLACE) }, line: 0 });
  }

  /** What is played a second time goes on counting where the server is: the first change in a cut makes one generation more. */
  #counted(object: KubernetesObject): KubernetesObject {
    if (nameOf(object) === `Deployment ${RELEASED_AGAIN}`) {
      const recorded = integerAt(object, 'metadata', 'generation') ?? 0;
      this.#later ??= this.#generation + 1 - recorded;
      this.#generation = recorded + this.#later;
      const metadata = { ...object.metadata, generation: this.#generation };
      const status = increased(fieldsAt(object, 'status'), 'observedGeneration', this.#later);
      return { ...object, metadata, status };
    }
    if (nameOf(object) === 'Rollout rollout-c') {
      const status = fieldsAt(object, 'status');
      const canaryStatus = fieldsAt(status, 'canaryStatus');
      if (at(canaryStatus, 'observedWorkloadGeneration') === undefined) return object;
      const later = increased(canaryStatus, 'observedWorkloadGeneration', this.#later ?? 0);
      return { ...object, status: { ...status, canaryStatus: later } };
    }
    return object;
  }
}

function increased(fields: Fields, name: string, by: number): Fields {
  const value = integerAt(fields, name);
  return value === undefined ? fields : { ...fields, [name]: value + by };
}

function withoutRoutes(object: KubernetesObject): KubernetesObject {
  const spec = fieldsAt(object, 'spec');
  if (object.kind === 'Rollout') {
    const { trafficRoutings: _, ...canary } = fieldsAt(spec, 'strategy', 'canary');
    return { ...object, spec: { ...spec, strategy: { canary } } };
  }
  if (object.kind === 'Service') {
    const { 'pod-template-hash': _, ...selector } = fieldsAt(spec, 'selector');
    return { ...object, spec: { ...spec, selector } };
  }
  return object;
}

function nameOf({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>): string {
  return `${kind} ${metadata.name}`;
}
