import { renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { handedConfig } from '../../agent/commands/wasmplugin-config.ts';
import type { ApiServer } from '../../agent/kubernetes/api-server.ts';
import { collectionPath } from '../../agent/kubernetes/resource.ts';
import { at, isFields, listAt, textAt } from '../../agent/model/json.ts';
import { type Discovery, discovery, type JsonObject, TYPE } from '../../agent/targets/envoy/discovery.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';

const IDLE_MS = 600_000;
const AGAIN_MS = 100;

export interface HigressOptions {
  readonly api: ApiServer;
  /** Name of a WasmPlugin in Higress's system namespace; it takes no notice of others. */
  readonly name: string;
  /** The file that an Envoy follows for the filter `NAMESPACE.NAME`. */
  readonly file: string;
  /** How long nothing must come before what came is passed on, in milliseconds, by each control plane on the way. */
  readonly debounces: readonly number[];
}

/**
 * Plays what Higress does with a WasmPlugin, as its sources say (2.2.4, `pkg/ingress/config/ingress_config.go`, and
 * `pilot/pkg/model/extensions.go` of its Istio): the fields of its spec become the configuration of a filter, which Envoy gets by
 * ECDS. Of a WasmPlugin that is wrong, or gone, the last good one stays.
 */
export class HigressPlayer {
  readonly #options: HigressOptions;
  readonly #stop = new AbortController();
  readonly #changed: () => void;
  #working: Promise<void> | undefined;
  #plugin: unknown;
  #written: string | undefined;

  constructor(options: HigressOptions) {
    this.#options = options;
    this.#changed = options.debounces.reduce(debounced, () => this.#write());
  }

  /** Resolves when the file is there. */
  async start(): Promise<void> {
    const version = await this.#list();
    this.#write();
    this.#working = this.#follow(version);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#working;
  }

  async #list(): Promise<string> {
    const { api, name } = this.#options;
    const list = await api.request({ method: 'GET', path: PATH, query: { fieldSelector: `metadata.name=${name}` } });
    this.#plugin = listAt(list, 'items')[0] ?? this.#plugin;
    return textAt(list, 'metadata', 'resourceVersion') ?? '';
  }

  async #follow(first: string): Promise<void> {
    const { signal } = this.#stop;
    for (let version: string | undefined = first; !signal.aborted; ) {
      try {
        version ??= await this.#list();
        await this.#watch(version);
      } catch {
        // It is played on servers that work: what fails is begun anew.
        await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
      version = undefined;
    }
  }

  async #watch(resourceVersion: string): Promise<void> {
    const { api, name } = this.#options;
    const query = { fieldSelector: `metadata.name=${name}`, watch: true, resourceVersion };
    const { signal } = this.#stop;
    for await (const line of api.lines({ method: 'GET', path: PATH, query, idleMs: IDLE_MS, signal })) {
      const event: unknown = JSON.parse(line);
      const type = textAt(event, 'type');
      if (type === 'ERROR') return;
      if (type !== 'ADDED' && type !== 'MODIFIED') continue;
      this.#plugin = at(event, 'object');
      this.#changed();
    }
  }

  #write(): void {
    const filter = this.#plugin === undefined ? undefined : higressFilter(this.#plugin);
    if (filter === undefined || this.#stop.signal.aborted) return;
    const text = JSON.stringify(filter);
    if (text === this.#written) return;
    this.#written = text;
    const unfinished = `${this.#options.file}.unfinished`;
    writeFileSync(unfinished, text);
    renameSync(unfinished, this.#options.file);
  }
}

const PATH = collectionPath(HIGRESS.resource, HIGRESS.namespace);

/** Calls `deliver` when it was not called for so long, as Istio's control planes do before they push. */
function debounced(deliver: () => void, quietMs: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(deliver, quietMs);
  };
}

/** The filter that Envoy gets for a WasmPlugin; undefined for one that Higress takes no notice of. */
export function higressFilter(plugin: unknown): Discovery | undefined {
  const { config, unbound } = handedConfig(plugin);
  const path = /^file:\/\/(.+)$/.exec(textAt(plugin, 'spec', 'url') ?? '')?.[1];
  if (unbound.length > 0 || path === undefined || !isFields(config)) return undefined;
  const name = `${textAt(plugin, 'metadata', 'namespace')}.${textAt(plugin, 'metadata', 'name')}`;
  const isEmpty = Object.keys(config).length === 0;
  const text: JsonObject = { '@type': TYPE.text, value: inOrder(config) };
  const resource = {
    '@type': TYPE.extension,
    name,
    typed_config: {
      '@type': TYPE.wasm,
      config: {
        name,
        root_id: textAt(plugin, 'spec', 'pluginName') ?? '',
        fail_open: textAt(plugin, 'spec', 'failStrategy') === 'FAIL_OPEN',
        vm_config: { runtime: 'envoy.wasm.runtime.v8', code: { local: { filename: path } } },
        ...(!isEmpty && { configuration: text }),
      },
    },
  };
  return discovery([resource]);
}

/** A protobuf Struct keeps no order of fields: Go writes them by name. */
function inOrder(config: unknown): string {
  return JSON.stringify(config, (_, value: unknown) =>
    isFields(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
}
