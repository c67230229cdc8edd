import { compareText } from '../model/metadata.ts';
import { revisionless, type Service, selects } from '../model/service.ts';
import { grouped } from './grouping.ts';

/** Services, to be found by the pods that they select without looking at all of them. */
export class ServiceIndex {
  /** By the first label of their selector. */
  readonly #byLabel: ReadonlyMap<string, readonly Service[]>;

  constructor(services: readonly Service[]) {
    this.#byLabel = grouped(
      services.flatMap((service) =>
        revisionless(service.selector)
          .slice(0, 1)
          .map(([name, value]) => [keyOf(service.metadata.namespace, name, value), service] as const),
      ),
    );
  }

  /** The Services of the namespace that select pods with these labels, whatever their revision; sorted by name. */
  selecting(namespace: string, labels: Readonly<Record<string, string>>): readonly Service[] {
    return Object.entries(labels)
      .flatMap(([name, value]) => this.#byLabel.get(keyOf(namespace, name, value)) ?? [])
      .filter(({ selector }) => selects(selector, labels))
      .sort((a, b) => compareText(a.metadata.name, b.metadata.name));
  }
}

function keyOf(namespace: string, name: string, value: string): string {
  return JSON.stringify([namespace, name, value]);
}
