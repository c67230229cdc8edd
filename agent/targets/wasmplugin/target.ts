import { Packing } from '../../compile/packing.ts';
import type { ReflectorTiming } from '../../controller/reflector-timing.ts';
import type { Desired, Outcome } from '../../controller/target.ts';
import type { ApiServer } from '../../kubernetes/api-server.ts';
import { apiFailure } from '../../kubernetes/failure.ts';
import type { Logger } from '../../log.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { canonical } from '../../model/json.ts';
import type { TagTarget } from '../routes/target.ts';
import { Applier, type Visit, type Wanted, wantedOf } from './applier.ts';
import { Contest } from './contest.ts';
import { remainder, withdraws } from './drift.ts';
import type { Flavour } from './flavour.ts';
import { isOlder, type Live, type Sighting } from './live.ts';
import { diagnosticOf, type PluginRef, type Problem, problem } from './reasons.ts';
import { Reporter } from './reporter.ts';
import { LARGE_BYTES, sizeText, TOO_LARGE_BYTES } from './size.ts';
import { PluginWatch } from './watch.ts';
import { Writer } from './writer.ts';

/**
 * How long the watch may lag behind the answers to one's own writes, in milliseconds. What it tells later counts, however old it
 * seems: an etcd that was restored from a backup begins again with smaller versions.
 */
const LAG_MS = 10_000;

export interface WasmPluginTargetOptions extends PluginRef {
  readonly api: ApiServer;
  readonly flavour: Flavour;
  /** True: fields that other field managers own are taken from them. */
  readonly forceConflicts: boolean;
  readonly log: Logger;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  /** A number from 0 up to 1; spreads what several agents ask for. */
  readonly random: () => number;
  /** Of the watch. */
  readonly timing?: Partial<ReflectorTiming>;
}

/**
 * The configuration and the status of one WasmPlugin, which somebody else has created. Nothing else of it is written, and nothing
 * is when it is as it should be. Whoever calls `apply` is the only one who does.
 */
export class WasmPluginTarget implements TagTarget {
  readonly name: string;
  readonly #plugin: PluginRef;
  readonly #flavour: Flavour;
  readonly #watch: PluginWatch;
  readonly #applier: Applier;
  readonly #reporter: Reporter;
  readonly #now: () => number;
  #live: Live | undefined;
  #wanted: Wanted | undefined;
  #diagnostics: readonly Diagnostic[] = [];
  /** What the WasmPlugin was like when it was left. */
  #left: string | undefined;
  #answeredMs = 0;
  #isApplying = false;
  #onDrift: () => void = () => undefined;

  constructor(options: WasmPluginTargetOptions) {
    const { api, flavour, namespace, name, forceConflicts, log, now, random, timing } = options;
    const plugin = { namespace, name };
    const packing = new Packing();
    const writer = new Writer({ api, flavour, packing, forceConflicts, ...plugin });
    this.name = `${flavour.name}:${namespace}/${name}`;
    this.#plugin = plugin;
    this.#flavour = flavour;
    this.#now = now;
    this.#watch = new PluginWatch({
      api,
      flavour,
      plugin,
      log,
      now,
      random,
      timing,
      read: (signal) => writer.read(signal),
      isNews: (sighting) => this.#isNews(sighting),
    });
    this.#applier = new Applier({ writer, flavour, plugin, contest: new Contest(now) });
    this.#reporter = new Reporter({ writer, flavour, log, now, again: () => this.#onDrift() });
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  async start(onDrift: () => void): Promise<void> {
    this.#onDrift = onDrift;
    await this.#watch.start((live) => this.#seen(live));
  }

  isUrgent({ compiled }: Desired): boolean {
    const { pluginConfig } = compiled;
    return withdraws(this.#live?.config, pluginConfig) || withdraws(this.#applier.inDoubt, pluginConfig);
  }

  /** Rejects with a GraylaneError. */
  async apply({ compiled, refusal }: Desired, signal: AbortSignal): Promise<Outcome> {
    this.#isApplying = true;
    this.#left = likenessOf(this.#live);
    const wanted = this.#wantedOf(compiled.pluginConfig);
    try {
      const visit = refused(await this.#applier.apply(wanted, this.#live, signal), refusal);
      this.#leave(await this.#reporter.report(visit, wanted, signal), visit.live);
      this.#diagnostics = this.#diagnosticsOf(visit, wanted);
      if (visit.failure !== undefined) throw visit.failure;
      return outcomeOf(visit, this.#flavour);
    } catch (error) {
      throw apiFailure(error, `write WasmPlugin ${this.#plugin.namespace}/${this.#plugin.name}`);
    } finally {
      this.#isApplying = false;
      this.#look();
      void this.#watch.look();
    }
  }

  /** Rejects with a GraylaneError. */
  async withdraw({ compiled, ...desired }: Desired, signal: AbortSignal): Promise<void> {
    const pluginConfig = remainder(this.#live?.config, compiled.pluginConfig);
    await this.apply({ ...desired, compiled: { ...compiled, pluginConfig } }, signal);
  }

  async close(): Promise<void> {
    this.#onDrift = () => undefined;
    this.#reporter.close();
    await this.#watch.close();
  }

  /** The same configuration is looked at again whenever somebody touches the WasmPlugin. */
  #wantedOf(config: Wanted['config']): Wanted {
    if (this.#wanted?.config !== config) this.#wanted = wantedOf(config);
    return this.#wanted;
  }

  /** Whether the watch tells of something that no answer has shown. While a write is under way its answer may yet. */
  #isNews(sighting: Sighting): boolean {
    if (this.#isApplying) return false;
    const live = this.#live;
    if (live === undefined || live.uid !== sighting.uid) return true;
    return sighting.resourceVersion !== live.resourceVersion && !this.#isEcho(sighting, live);
  }

  #isEcho(sighting: Sighting, live: Live): boolean {
    return isOlder(sighting, live) && this.#now() - this.#answeredMs < LAG_MS;
  }

  #seen(live: Live | undefined): void {
    if (live !== undefined && this.#live !== undefined && this.#isEcho(live, this.#live)) return;
    this.#live = live;
    this.#look();
  }

  /**
   * What others wrote between the configuration and the status counts as not seen yet, although the answer to the latter shows it.
   *
   * @param visited the WasmPlugin when its configuration was looked at
   */
  #leave(live: Live | undefined, visited: Live | undefined): void {
    this.#left = likenessOf(live && { ...live, generation: visited?.generation ?? live.generation });
    this.#answeredMs = this.#now();
    if (live === undefined || this.#live === undefined || !isOlder(live, this.#live)) this.#live = live;
  }

  /** Tells of what others did, not of what this one did. */
  #look(): void {
    if (!this.#isApplying && likenessOf(this.#live) !== this.#left) this.#onDrift();
  }

  #diagnosticsOf({ live, problem: cause }: Visit, { json: { length: bytes } }: Wanted): readonly Diagnostic[] {
    const field = `spec.${this.#flavour.field}`;
    const of = (what: Problem | undefined, path: string): readonly Diagnostic[] =>
      what === undefined ? [] : [diagnosticOf(what, this.#plugin, path)];
    const isLarge = bytes > LARGE_BYTES && bytes <= TOO_LARGE_BYTES;
    const size = isLarge ? problem('ConfigLarge', `The configuration has ${sizeText(bytes)}`) : undefined;
    const bypass = live?.bypassedBy === undefined ? undefined : problem('ConfigBypassed', BYPASSED);
    return [
      // Every agent tells of a refusal, whether it writes or not.
      ...of(cause?.reason === 'ConfigRefused' ? undefined : cause, cause?.reason === 'TargetMissing' ? '' : field),
      ...of(size, field),
      ...of(bypass, live?.bypassedBy ?? ''),
      ...of(this.#reporter.problem, 'status'),
    ];
  }
}

const BYPASSED = 'Higress gives requests of which one of its entries is another configuration';

/** What keeps the last good configuration from being in force comes before that there is no newer one. */
function refused(visit: Visit, refusal: string | undefined): Visit {
  if (refusal === undefined || visit.problem !== undefined) return visit;
  return { ...visit, problem: problem('ConfigRefused', refusal) };
}

function outcomeOf({ isWritten, problem: cause }: Visit, { field }: Flavour): Outcome {
  if (cause !== undefined) return { kind: 'blocked', reason: cause.reason, message: cause.message };
  return isWritten ? { kind: 'written', what: `spec.${field}` } : { kind: 'unchanged' };
}

/** The API server counts generations up with every change of spec, and leaves them when the status changes. */
function likenessOf(live: Live | undefined): string {
  return live === undefined ? '' : canonical([live.uid, live.generation, live.status]);
}
