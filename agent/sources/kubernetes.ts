import type { ReflectorTiming } from '../controller/reflector-timing.ts';
import type { ApiServer } from '../kubernetes/api-server.ts';
import { READ_RESOURCES, type Versions } from '../kubernetes/resource.ts';
import type { Logger } from '../log.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { KubernetesObject } from '../model/snapshot.ts';
import { DiscoveryLoop } from './kubernetes-discovery.ts';
import { ResourceReader } from './kubernetes-reader.ts';
import type { Reading, Source, SourceState } from './source.ts';

/** How the source deals with time; all in milliseconds. */
export interface KubernetesTiming {
  /** For how long discovery must not know an API in the beginning until it counts as absent. */
  readonly absentAtStartMs: number;
  /** The same once it was read. Its last objects count until then. */
  readonly absentAfterSyncMs: number;
  /** How often what is absent is looked for. */
  readonly discoveryMs: number;
  readonly reflector: Partial<ReflectorTiming>;
}

const DEFAULT_TIMING: KubernetesTiming = {
  absentAtStartMs: 10_000,
  absentAfterSyncMs: 60_000,
  discoveryMs: 30_000,
  reflector: {},
};

export interface KubernetesSourceOptions {
  readonly api: ApiServer;
  readonly namespaces: 'all' | readonly string[];
  readonly log: Logger;
  readonly timing?: Partial<KubernetesTiming>;
  /** Default: everything that the compiler and the targets look at. */
  readonly resources?: readonly Versions[];
  /** Unix time in milliseconds. */
  readonly now?: () => number;
  /** A number from 0 up to 1. */
  readonly random?: () => number;
}

/** A server without bookmarks is asked again by each idle watch: altogether well below one request a second. */
const IDLE_MS_PER_REFLECTOR = 1500;
/** And yet a watch that died without a sign is noticed in time, however many namespaces there are. */
const IDLE_MS = { min: 60_000, max: 200_000 };

/**
 * The objects of a cluster. It has a state once everything that the API server serves was read, and keeps it whatever happens
 * after that: an answer that does not come never makes an object go.
 */
export class KubernetesSource implements Source {
  readonly #options: KubernetesSourceOptions;
  readonly #timing: KubernetesTiming;
  readonly #readers: readonly ResourceReader[];
  readonly #discovery: DiscoveryLoop;
  #onChange: () => void = () => undefined;
  #discovering: Promise<void> | undefined;
  #namespaces = new Map<string, readonly KubernetesObject[]>();
  /** Namespaces whose lists are to be put together anew. */
  readonly #changed = new Set<string>();
  #isSynced = false;
  #state: SourceState | undefined;

  constructor(options: KubernetesSourceOptions) {
    const { api, log, resources = READ_RESOURCES, now = Date.now, random = Math.random } = options;
    this.#options = options;
    this.#timing = { ...DEFAULT_TIMING, ...options.timing };
    const namespaces = options.namespaces === 'all' ? [undefined] : [...new Set(options.namespaces)];
    const fairMs = resources.length * namespaces.length * IDLE_MS_PER_REFLECTOR;
    const idleMs = Math.min(Math.max(fairMs, IDLE_MS.min), IDLE_MS.max);
    const { absentAtStartMs, absentAfterSyncMs, reflector } = this.#timing;
    this.#readers = resources.map(
      (versions) =>
        new ResourceReader({
          api,
          versions,
          namespaces,
          log,
          reflectorTiming: { idleMs, ...reflector },
          absentMs: { atStart: absentAtStartMs, afterSync: absentAfterSyncMs },
          now,
          random,
          onChange: (changed) => this.#note(changed),
          onState: () => this.#tell(true),
          onLost: () => this.#discovery.askNow(),
        }),
    );
    this.#discovery = new DiscoveryLoop({ api, log, random, readers: this.#readers, ...this.#timing });
  }

  async start(onChange: () => void): Promise<void> {
    this.#onChange = onChange;
    this.#discovering ??= this.#discovery.run();
  }

  state(): SourceState | undefined {
    if (!this.#isComplete()) return undefined;
    this.#state ??= { namespaces: this.#collect(), diagnostics: this.diagnostics };
    return this.#state;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#readers.flatMap((reader) => reader.diagnostics);
  }

  readings(): readonly Reading[] {
    const why = this.#discovery.trouble;
    return this.#readers.map(({ reading, isUrgent }) =>
      isUrgent && why !== undefined ? { why, ...reading } : reading,
    );
  }

  async close(): Promise<void> {
    this.#onChange = () => undefined;
    this.#discovery.close();
    await this.#discovering;
    await Promise.all(this.#readers.map((reader) => reader.close()));
  }

  /** True once everything was read. */
  #isComplete(): boolean {
    if (this.#isSynced || !this.#readers.every((reader) => reader.isSettled)) return this.#isSynced;
    this.#isSynced = true;
    const readings = this.readings();
    const objects = readings.reduce((sum, reading) => sum + reading.objects, 0);
    const absent = readings.filter(({ state }) => state === 'absent').map(({ resource }) => resource);
    this.#options.log.info('read the cluster', { objects, absent: absent.join(',') || undefined });
    return true;
  }

  #note(namespaces: Iterable<string>): void {
    for (const namespace of namespaces) this.#changed.add(namespace);
    this.#tell();
  }

  /** @param isState whether that is of interest before everything was read */
  #tell(isState = false): void {
    this.#state = undefined;
    if (!this.#isComplete() && !isState) return;
    try {
      this.#onChange();
    } catch (error) {
      // Whatever is wrong with who listens, reading goes on.
      this.#options.log.error('a change was not taken', { message: String(error) });
    }
  }

  /** The lists of the kinds, put together by namespace. */
  #collect(): ReadonlyMap<string, readonly KubernetesObject[]> {
    if (this.#changed.size === 0) return this.#namespaces;
    const namespaces = new Map(this.#namespaces);
    for (const namespace of this.#changed) {
      const objects = this.#readers.flatMap((reader) => reader.within(namespace)).flat();
      if (objects.length > 0) namespaces.set(namespace, objects);
      else namespaces.delete(namespace);
    }
    this.#changed.clear();
    this.#namespaces = namespaces;
    return namespaces;
  }
}
