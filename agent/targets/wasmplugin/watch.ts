import { setTimeout as sleep } from 'node:timers/promises';
import { Reflector } from '../../controller/reflector.ts';
import type { ReflectorTiming } from '../../controller/reflector-timing.ts';
import { Store } from '../../controller/store.ts';
import type { ApiServer } from '../../kubernetes/api-server.ts';
import { collectionPath } from '../../kubernetes/resource.ts';
import type { Logger } from '../../log.ts';
import { fieldsAt, textAt } from '../../model/json.ts';
import type { Flavour } from './flavour.ts';
import type { Live, Sighting } from './live.ts';
import type { PluginRef } from './reasons.ts';

/** Until it is tried again to read what has changed, in milliseconds. */
const RETRY_MS = 1000;

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
  /** Reads the WasmPlugin; undefined when there is none. */
  readonly read: (signal: AbortSignal) => Promise<Live | undefined>;
  /** False for a state that need not be read, or not yet: then `look` is called later. */
  readonly isNews: (sighting: Sighting) => boolean;
}

/**
 * One WasmPlugin, watched: of all the others in its namespace nothing is read. Of this one the watch tells nothing but that it
 * changed, since it may have a megabyte and most changes are one's own writes; what others changed is read then.
 */
export class PluginWatch {
  readonly #options: PluginWatchOptions;
  readonly #store: Store;
  readonly #reflector: Reflector;
  readonly #key: string;
  readonly #ended = new AbortController();
  #onChange: (live: Live | undefined) => void = () => undefined;
  #begun: () => void = () => undefined;
  #isLooking = false;
  #isThere = false;
  /** The state that was read last. */
  #read: string | undefined;

  constructor(options: PluginWatchOptions) {
    const { api, flavour, plugin, log, now, random, timing } = options;
    this.#options = options;
    this.#key = `${plugin.namespace}/${plugin.name}`;
    this.#store = new Store(() => void this.look());
    this.#reflector = new Reflector({
      api,
      resource: flavour.resource,
      path: collectionPath(flavour.resource, plugin.namespace),
      query: { fieldSelector: `metadata.name=${plugin.name}` },
      isMetadataOnly: true,
      store: this.#store,
      trim: ({ apiVersion, kind, metadata: { name, ...others } }) => {
        const { uid, resourceVersion } = fieldsAt(others);
        const kept = { name, uid, resourceVersion };
        return { apiVersion, kind, metadata: kept };
      },
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
  async start(onChange: (live: Live | undefined) => void): Promise<void> {
    this.#onChange = onChange;
    const begun = new Promise<void>((resolve) => {
      this.#begun = resolve;
    });
    this.#reflector.start();
    await begun;
  }

  async close(): Promise<void> {
    this.#onChange = () => undefined;
    this.#ended.abort();
    this.#begun();
    await this.#reflector.stop();
  }

  /** Reads the WasmPlugin if there is news of it. Never rejects: what fails is tried again. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const { signal } = this.#ended;
    while (!signal.aborted && this.#hasNews()) {
      await this.#readIt(signal).catch(() => sleep(RETRY_MS, undefined, { signal }).catch(() => undefined));
    }
    this.#isLooking = false;
    this.#begun();
  }

  /** That there is none is told at once. */
  #hasNews(): boolean {
    const sighting = this.#sighting;
    if (sighting === undefined) {
      if (this.#isThere) this.#tell(undefined);
      return false;
    }
    this.#isThere = true;
    return stateOf(sighting) !== this.#read && this.#options.isNews(sighting);
  }

  async #readIt(signal: AbortSignal): Promise<void> {
    const sighting = this.#sighting;
    try {
      const live = await this.#options.read(signal);
      if (sighting !== undefined) this.#read = stateOf(sighting);
      if (!signal.aborted) this.#tell(live);
    } finally {
      this.#begun();
    }
  }

  #tell(live: Live | undefined): void {
    this.#isThere = live !== undefined;
    this.#onChange(live);
  }

  get #sighting(): Sighting | undefined {
    const metadata = this.#store.get(this.#key)?.metadata;
    if (metadata === undefined) return undefined;
    return { uid: textAt(metadata, 'uid') ?? '', resourceVersion: textAt(metadata, 'resourceVersion') ?? '' };
  }

  #troubled(): void {
    const status = this.#reflector.trouble?.status;
    if (status === 403 || status === 404) this.#begun();
  }
}

function stateOf({ uid, resourceVersion }: Sighting): string {
  return `${uid} ${resourceVersion}`;
}
