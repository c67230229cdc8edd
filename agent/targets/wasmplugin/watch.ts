import { Reflector } from '../../controller/reflector.ts';
import type { ReflectorTiming } from '../../controller/reflector-timing.ts';
import { Store } from '../../controller/store.ts';
import type { ApiServer } from '../../kubernetes/api-server.ts';
import { collectionPath } from '../../kubernetes/resource.ts';
import type { Logger } from '../../log.ts';
import { at, isFields, textAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import type { Flavour } from './flavour.ts';
import type { PluginRef } from './reasons.ts';

export interface PluginWatchOptions {
  readonly api: ApiServer;
  readonly flavour: Flavour;
  readonly plugin: PluginRef;
  readonly log: Logger;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly timing?: Partial<ReflectorTiming> | undefined;
  /** What is to be kept of a configuration as it is stored: one that says the same, perhaps, and that there is already. */
  readonly known: (config: unknown, resourceVersion: string | undefined) => unknown;
}

/** One WasmPlugin, watched: of all the others in its namespace nothing is read. */
export class PluginWatch {
  readonly #store: Store;
  readonly #reflector: Reflector;
  #onChange: (object: KubernetesObject | undefined) => void = () => undefined;
  #begun: () => void = () => undefined;

  constructor({ api, flavour, plugin, log, now, random, timing, known }: PluginWatchOptions) {
    const key = `${plugin.namespace}/${plugin.name}`;
    this.#store = new Store(() => {
      this.#onChange(this.#store.get(key));
      this.#begun();
    });
    this.#reflector = new Reflector({
      api,
      resource: flavour.resource,
      path: collectionPath(flavour.resource, plugin.namespace),
      query: { fieldSelector: `metadata.name=${plugin.name}` },
      store: this.#store,
      trim: (object) => trim(object, flavour, known),
      log,
      now,
      random,
      ...(timing !== undefined && { timing }),
      onTrouble: () => this.#troubled(),
    });
  }

  /**
   * Begins to watch; `onChange` gets the WasmPlugin whenever something of it changed, and nothing when there is none. Resolves
   * when it was read once, or when it cannot be: since nobody serves its kind yet, or by want of rights.
   */
  async start(onChange: (object: KubernetesObject | undefined) => void): Promise<void> {
    this.#onChange = onChange;
    const begun = new Promise<void>((resolve) => {
      this.#begun = resolve;
    });
    this.#reflector.start();
    await begun;
  }

  async close(): Promise<void> {
    this.#onChange = () => undefined;
    this.#begun();
    await this.#reflector.stop();
  }

  #troubled(): void {
    const status = this.#reflector.trouble?.status;
    if (status === 403 || status === 404) this.#begun();
  }
}

/** Annotations may hold all of the object once more, as those of kubectl apply do. */
function trim(object: KubernetesObject, { field }: Flavour, known: PluginWatchOptions['known']): KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = metadata;
  const [given, status] = [at(object, 'spec'), at(object, 'status')];
  const config = at(given, field);
  const version = textAt(metadata, 'resourceVersion');
  const spec = isFields(given) && config !== undefined ? { ...given, [field]: known(config, version) } : given;
  const [uid, resourceVersion] = [at(metadata, 'uid'), at(metadata, 'resourceVersion')];
  const [generation, managedFields] = [at(metadata, 'generation'), at(metadata, 'managedFields')];
  const kept = { name, ...(namespace !== undefined && { namespace }), uid, resourceVersion, generation, managedFields };
  return { apiVersion, kind, metadata: kept, spec, status };
}
