import { at, textAt, textsAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { isReady, type Labels, labelsOf, selectedBy } from '../traces/pods.ts';

/** A pod that Kubernetes lists behind a Service. */
export interface Endpoint {
  readonly pod: string;
  readonly labels: Labels;
  readonly address: string;
}

/** What a consumer of Kubernetes objects sees: the objects, and the endpoints that Kubernetes makes of Services and Pods. */
export class Cluster {
  readonly objects: readonly KubernetesObject[];
  /** Names of pods that are gone, which nobody has told the cluster yet. */
  readonly gone: ReadonlySet<string>;
  readonly #ready: readonly KubernetesObject[];

  constructor(objects: readonly KubernetesObject[], gone: Iterable<string> = []) {
    this.objects = objects;
    this.gone = new Set(gone);
    this.#ready = objects.filter(isReady);
  }

  /** The objects of a kind in one namespace, or in all. */
  of(kind: string, namespace?: string): readonly KubernetesObject[] {
    return this.objects.filter(
      (object) => object.kind === kind && (namespace === undefined || namespaceOf(object) === namespace),
    );
  }

  /** The ready pods that a Service selects; undefined when there is no such Service. */
  endpoints(namespace: string, name: string): readonly Endpoint[] | undefined {
    const service = this.of('Service', namespace).find(({ metadata }) => metadata.name === name);
    if (service === undefined) return undefined;
    const selector = textsAt(service, 'spec', 'selector');
    if (Object.keys(selector).length === 0) return [];
    return this.#ready
      .filter((pod) => namespaceOf(pod) === namespace && selectedBy(selector, labelsOf(pod)))
      .map((pod) => ({
        pod: pod.metadata.name,
        labels: labelsOf(pod),
        address: textAt(pod, 'status', 'podIP') ?? '',
      }));
  }

  /** Name of the ready pod at an address; undefined when there is none. */
  podAt(address: string): string | undefined {
    return this.#ready.find((pod) => at(pod, 'status', 'podIP') === address)?.metadata.name;
  }
}

/** The namespace of an object. */
export function namespaceOf({ metadata }: KubernetesObject): string {
  return metadata.namespace ?? 'default';
}
