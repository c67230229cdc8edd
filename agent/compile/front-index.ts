import { type Front, isDiversion } from './front.ts';
import { KeyedIndex } from './keyed-index.ts';
import { inOrder } from './order.ts';
import type { Readings } from './readings.ts';

/** What leads requests from outside to Services. */
export class FrontIndex {
  readonly #byName: KeyedIndex<Front>;
  readonly #byService: KeyedIndex<Front>;

  constructor(readings: Readings) {
    this.#byName = new KeyedIndex(readings, ({ kind, metadata }) => [nameKey(kind, metadata.namespace, metadata.name)]);
    this.#byService = new KeyedIndex(readings, (front) => (isDiversion(front) ? [] : serviceKeys(front)));
  }

  add(front: Front): void {
    this.#byName.add(front);
    this.#byService.add(front);
  }

  remove(front: Front): void {
    this.#byName.remove(front);
    this.#byService.remove(front);
  }

  named(kind: Front['kind'], namespace: string, name: string): Front | undefined {
    return inOrder(this.#byName.get(nameKey(kind, namespace, name)))[0];
  }

  /** Everything in the namespace that leads to one of the Services, except diversions; Ingresses first, then sorted by name. */
  leadingTo(namespace: string, services: readonly string[]): readonly Front[] {
    const found = new Set(services.flatMap((service) => this.#byService.get(serviceKey(namespace, service))));
    const ofKind = (kind: Front['kind']): readonly Front[] =>
      inOrder([...found].filter((front) => front.kind === kind));
    return [...ofKind('Ingress'), ...ofKind('HTTPRoute')];
  }
}

function nameKey(kind: Front['kind'], namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}

function serviceKey(namespace: string, service: string): string {
  return `${namespace}/${service}`;
}

function serviceKeys({ kind, object, metadata }: Front): readonly string[] {
  const services =
    kind === 'Ingress'
      ? object.paths.flatMap(({ service }) => service ?? [])
      : object.paths.flatMap((path) => path.services);
  return services.map((service) => serviceKey(metadata.namespace, service));
}
