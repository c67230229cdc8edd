import type { Pod } from '../model/pod.ts';
import { grouped } from './grouping.ts';

type Labels = Readonly<Record<string, string>>;

/** Pods, to be found by their labels without looking at all of them. */
export class PodIndex {
  readonly #byLabel: ReadonlyMap<string, readonly Pod[]>;

  constructor(pods: readonly Pod[]) {
    this.#byLabel = grouped(
      pods.flatMap((pod) =>
        Object.entries(pod.metadata.labels).map(
          ([name, value]) => [keyOf(pod.metadata.namespace, name, value), pod] as const,
        ),
      ),
    );
  }

  /** The pods of the namespace that have all of these labels; no labels at all choose no pod. */
  having(namespace: string, labels: Labels | undefined): readonly Pod[] {
    const [first] = Object.entries(labels ?? {});
    if (first === undefined) return [];
    return (this.#byLabel.get(keyOf(namespace, ...first)) ?? []).filter((pod) => has(pod, labels));
  }
}

/** True when the pod has all of these labels; no labels at all choose no pod. */
export function has(pod: Pod, labels: Labels | undefined): boolean {
  const wanted = Object.entries(labels ?? {});
  return wanted.length > 0 && wanted.every(([name, value]) => pod.metadata.labels[name] === value);
}

function keyOf(namespace: string, name: string, value: string): string {
  return JSON.stringify([namespace, name, value]);
}
