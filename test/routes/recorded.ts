import { isDeepStrictEqual } from 'node:util';
import { at, listAt, textAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { isReady, labelsOf } from '../traces/pods.ts';
import { recordings } from '../traces/recording.ts';
import { type Moment, replay } from '../traces/replay.ts';
import { namespaceOf } from './cluster.ts';

/** Kinds of which a renderer and a consumer look at more than what was compiled of them. */
const LOOKED_AT: ReadonlySet<string> = new Set(['Service', 'Pod', 'Ingress']);

/** Every state of every recording, without those in which nothing has changed for a renderer or a consumer since the last. */
export function recordedStates(): readonly Moment[] {
  return recordings().flatMap((name) => {
    let last: Moment | undefined;
    return replay(name).filter((moment) => {
      const isNew = last === undefined || isOther(last, moment);
      if (isNew) last = moment;
      return isNew;
    });
  });
}

function isOther(last: Moment, { entry, compiled }: Moment): boolean {
  if (entry.kind === 'event' && LOOKED_AT.has(entry.object.kind)) return true;
  const { pluginConfig, routes, baselines, entries } = last.compiled;
  return !isDeepStrictEqual(
    [pluginConfig, routes, baselines, entries],
    [compiled.pluginConfig, compiled.routes, compiled.baselines, compiled.entries],
  );
}

/** True for what a user made, and no Rollout or TrafficRouting for a release. */
export function isUsers({ metadata }: KubernetesObject): boolean {
  return listAt(metadata, 'ownerReferences').every((owner) => !textAt(owner, 'apiVersion')?.startsWith('rollouts.'));
}

/** One application of a recorded state: its Deployment, its Service and the label `app` of its pods have the same name. */
export class RecordedApp {
  readonly name: string;
  readonly namespace: string;
  readonly #objects: readonly KubernetesObject[];

  constructor(objects: readonly KubernetesObject[], service: KubernetesObject) {
    this.name = service.metadata.name;
    this.namespace = namespaceOf(service);
    this.#objects = objects;
  }

  /** Those of the state. */
  static all(objects: readonly KubernetesObject[]): readonly RecordedApp[] {
    const services = objects.filter((object) => object.kind === 'Service' && isUsers(object));
    return services.map((service) => new RecordedApp(objects, service));
  }

  /** Names of its ready pods. */
  get ready(): readonly string[] {
    return namesOf(this.#ready);
  }

  /** Names of its ready pods that Kruise's patch marks, and of those of the revision that its Rollout brings until that is decided. */
  get gray(): readonly string[] {
    return namesOf(this.#ready.filter((pod) => this.#isMarked(pod) || (this.#isUndecided && this.#isBrought(pod))));
  }

  /** Names of its ready pods that tags are to lead to: those of the revision that its Rollout brings. */
  get brought(): readonly string[] {
    return namesOf(this.#ready.filter((pod) => this.#isBrought(pod)));
  }

  /** True while there are a Rollout and a Deployment that say which of its pods are gray. */
  get isReleased(): boolean {
    const isIts = ({ kind, metadata }: KubernetesObject): boolean =>
      kind === 'Deployment' && metadata.name === this.name;
    return this.#rollout !== undefined && this.#objects.some(isIts);
  }

  /** True in a step that replaces all pods without a rule: then ordinary requests are to meet new ones. */
  get isOpen(): boolean {
    const step = listAt(this.#rollout, 'spec', 'strategy', 'canary', 'steps')[
      Number(at(this.#release, 'currentStepIndex')) - 1
    ];
    const isRouted = ['matches', 'traffic', 'weight'].some((field) => at(step, field) !== undefined);
    return textAt(step, 'replicas') === '100%' && !isRouted;
  }

  get #ready(): readonly KubernetesObject[] {
    return this.#objects.filter((object) => isReady(object) && labelsOf(object)['app'] === this.name);
  }

  get #rollout(): KubernetesObject | undefined {
    return this.#objects.find((object) => object.kind === 'Rollout' && workloadOf(object) === this.name);
  }

  get #release(): unknown {
    return at(this.#rollout, 'status', 'canaryStatus') ?? at(this.#rollout, 'status', 'blueGreenStatus');
  }

  get #isUndecided(): boolean {
    const status = at(this.#rollout, 'status');
    const progressing = listAt(status, 'conditions').find((one) => textAt(one, 'type') === 'Progressing');
    return textAt(status, 'phase') === 'Progressing' && UNDECIDED.has(textAt(progressing, 'reason') ?? '');
  }

  #isMarked(pod: KubernetesObject): boolean {
    return labelsOf(pod)['alicloud.service.tag'] === 'gray';
  }

  #isBrought(pod: KubernetesObject): boolean {
    const hash = textAt(this.#release, 'podTemplateHash');
    return hash !== textAt(this.#release, 'stableRevision') && labelsOf(pod)['pod-template-hash'] === hash;
  }
}

/** Reasons of the condition Progressing before it is decided that a revision becomes the stable one. */
const UNDECIDED: ReadonlySet<string> = new Set(['Initializing', 'InRolling', 'Paused', 'Cancelling']);

/** Name of the workload of a Rollout of either version. */
function workloadOf(rollout: KubernetesObject): string | undefined {
  return textAt(rollout, 'spec', 'workloadRef', 'name') ?? textAt(rollout, 'spec', 'objectRef', 'workloadRef', 'name');
}

function namesOf(objects: readonly KubernetesObject[]): readonly string[] {
  return objects.map(({ metadata }) => metadata.name);
}
