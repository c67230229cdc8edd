import type { ApiServer } from '../../kubernetes/api-server.ts';
import { objectPath } from '../../kubernetes/resource.ts';
import type { Logger } from '../../log.ts';
import { isFields } from '../../model/json.ts';
import type { Flavour } from './flavour.ts';
import type { PluginRef } from './reasons.ts';

export interface PluginWatchOptions {
  readonly api: ApiServer;
  readonly flavour: Flavour;
  readonly plugin: PluginRef;
  readonly log: Logger;
  readonly now: () => number;
}

/** One WasmPlugin, watched. */
export class PluginWatch {
  readonly #options: PluginWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #text = '';

  constructor(options: PluginWatchOptions) {
    this.#options = options;
  }

  async start(onChange: (object: unknown) => void): Promise<void> {
    const { api, flavour, plugin } = this.#options;
    const path = objectPath(flavour.resource, plugin.namespace, plugin.name);
    const look = async (): Promise<void> => {
      try {
        const object = await api.request({ method: 'GET', path, timeoutMs: 2000 });
        const text = JSON.stringify(object);
        if (text !== this.#text && isFields(object)) onChange(object);
        this.#text = text;
      } catch (error) {
        if (this.#text !== '' && Reflect.get(Object(error), 'status') === 404) onChange(undefined);
        this.#text = '';
      }
    };
    await look();
    this.#timer = setInterval(() => void look(), 100);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
  }
}
