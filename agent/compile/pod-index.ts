import type { Pod } from '../model/pod.ts';
import { KeyedIndex } from './keyed-index.ts';
import { labelKey } from './label.ts';
import { inOrder } from './order.ts';
import type { Readings } from './readings.ts';

type Labels = Readonly<Record<string, string>>;

/** Pods, to be found by their labels without looking at all of them. */
export class PodIndex {
  readonly #byLabel: KeyedIndex<Pod>;

  constructor(readings: Readings) {
    this.#byLabel = new KeyedIndex(readings, ({ metadata }) => labelKeys(metadata.namespace, metadata.labels));
  }

  add(pod: Pod): void {
    this.#byLabel.add(pod);
  }

  remove(pod: Pod): void {
    this.#byLabel.remove(pod);
  }

  /** The pods of the namespace that have all of these labels, sorted by name; no labels at all choose no pod. */
  having(namespace: string, labels: Labels = {}): readonly Pod[] {
    const keys = labelKeys(namespace, labels);
    // A pod with all of the labels is under each of them, so it is enough to look where the fewest are.
    const [rarest] = keys.map((key) => ({ key, count: this.#byLabel.count(key) })).sort((a, b) => a.count - b.count);
    return rarest === undefined ? [] : inOrder(this.#byLabel.get(rarest.key).filter((pod) => has(pod, labels)));
  }
}

/** True when the pod has all of these labels; no labels at all choose no pod. */
export function has(pod: Pod, labels: Labels | undefined): boolean {
  const wanted = Object.entries(labels ?? {});
  return wanted.length > 0 && wanted.every(([name, value]) => pod.metadata.labels[name] === value);
}

/** One key for each label. */
function labelKeys(namespace: string, labels: Labels): readonly string[] {
  return Object.entries(labels).map(([name, value]) => labelKey(namespace, name, value));
}
