import { revisionless, type Service, selects } from '../model/service.ts';
import { KeyedIndex } from './keyed-index.ts';
import { labelKey } from './label.ts';
import { inOrder } from './order.ts';
import type { Readings } from './readings.ts';

/** Services, to be found by the pods that they select without looking at all of them. */
export class ServiceIndex {
  /** By the first label of their selector. */
  readonly #byLabel: KeyedIndex<Service>;

  constructor(readings: Readings) {
    this.#byLabel = new KeyedIndex(readings, ({ metadata, selector }) =>
      revisionless(selector)
        .slice(0, 1)
        .map(([name, value]) => labelKey(metadata.namespace, name, value)),
    );
  }

  add(service: Service): void {
    this.#byLabel.add(service);
  }

  remove(service: Service): void {
    this.#byLabel.remove(service);
  }

  /** The Services of the namespace that select pods with these labels, whatever their revision; sorted by name. */
  selecting(namespace: string, labels: Readonly<Record<string, string>>): readonly Service[] {
    const found = Object.entries(labels).flatMap(([name, value]) =>
      this.#byLabel.get(labelKey(namespace, name, value)),
    );
    return inOrder([...new Set(found)].filter(({ selector }) => selects(selector, labels)));
  }
}
