import { configJson } from '../../compile/config.ts';
import { ApiError } from '../../kubernetes/api-server.ts';
import type { PluginConfig } from '../../model/plugin-config.ts';
import { conflictOf, conflictText, isRefusal, mayBeGone } from './conflict.ts';
import type { Contest } from './contest.ts';
import { driftOf, remainder } from './drift.ts';
import type { Flavour } from './flavour.ts';
import { grace } from './grace.ts';
import { isSameConfig } from './likeness.ts';
import type { Live } from './live.ts';
import { type PluginRef, type Problem, problem } from './reasons.ts';
import { sizeText, TOO_LARGE_BYTES } from './size.ts';
import type { Writer } from './writer.ts';

/**
 * How long a write that is not wanted any more may still take, in milliseconds: most are over sooner than another one could be
 * made. An API server that needs half a second for a large configuration would never finish one while changes come faster, so
 * it is given the time that it was seen to take, and more after each write that was given up.
 */
const GRACE = {
  minMs: 500,
  /** Less than what is left of a lease when its holder stops writing, which is 5 s. */
  maxMs: 3000,
  /** Times as long as the last write took. */
  factor: 2,
} as const;

/** A configuration that is to be in the WasmPlugin. */
export interface Wanted {
  readonly config: PluginConfig;
  /** The whole of it, in UTF-8. */
  readonly json: Buffer;
}

export function wantedOf(config: PluginConfig): Wanted {
  return { config, json: configJson(config) };
}

/** One for equal configurations. */
function revisionOf({ config: { revision = '' } }: Wanted): string {
  return revision;
}

/** What came of looking after a WasmPlugin. */
export interface Visit {
  /** As it is now; undefined when there is none. */
  readonly live: Live | undefined;
  readonly isWritten: boolean;
  /** What keeps the configuration from being in force. */
  readonly problem?: Problem;
  /** For which it should be tried again soon. */
  readonly failure?: ApiError;
}

export interface ApplierOptions {
  readonly writer: Writer;
  readonly flavour: Flavour;
  readonly plugin: PluginRef;
  readonly contest: Contest;
}

/** Brings a configuration into a WasmPlugin, if it is not there, and reads it back. */
export class Applier {
  readonly #writer: Writer;
  readonly #flavour: Flavour;
  readonly #plugin: PluginRef;
  readonly #contest: Contest;
  #inDoubt: PluginConfig | undefined;
  #graceMs: number = GRACE.minMs;

  constructor({ writer, flavour, plugin, contest }: ApplierOptions) {
    this.#writer = writer;
    this.#flavour = flavour;
    this.#plugin = plugin;
    this.#contest = contest;
  }

  /** What was sent without an answer: it may be in force, or be so in a moment. */
  get inDoubt(): PluginConfig | undefined {
    return this.#inDoubt;
  }

  /**
   * Rejects with an ApiError when nothing can be said.
   *
   * @param known the WasmPlugin as it was seen last
   */
  async apply(wanted: Wanted, known: Live | undefined, signal: AbortSignal): Promise<Visit> {
    // What is not known may still be there: only the API server can say that it is not.
    const live = known ?? (await this.#writer.read(signal));
    if (live === undefined) return this.#missing();
    if (wanted.json.length > TOO_LARGE_BYTES) return this.#withdraw(wanted, live, signal);
    return this.#bring(wanted, live, signal);
  }

  async #bring(wanted: Wanted, live: Live, signal: AbortSignal): Promise<Visit> {
    if (this.#inDoubt === undefined && isSameConfig(live.config, wanted.config)) {
      // A megabyte that says the same is not kept twice.
      return this.#stored({ ...live, config: wanted.config }, false);
    }
    if (!this.#contest.allows(revisionOf(wanted))) {
      return { live, isWritten: false, problem: problem('ConfigContested', this.#contested(live)) };
    }
    return this.#write(wanted, live, signal);
  }

  /** Gray pods go whether the new configuration can be written or not, so what leads to them must. */
  async #withdraw(wanted: Wanted, live: Live, signal: AbortSignal): Promise<Visit> {
    const { isWritten, ...visit } = await this.#bring(wantedOf(remainder(live.config, wanted.config)), live, signal);
    const what = `The configuration has ${sizeText(wanted.json.length)} with ${wanted.config.rules?.length ?? 0} rules`;
    return { ...visit, isWritten, problem: problem('ConfigTooLarge', what) };
  }

  async #write(wanted: Wanted, live: Live, signal: AbortSignal, isSecond = false): Promise<Visit> {
    try {
      const answer = await this.#send(wanted, live.uid, signal);
      this.#contest.count(revisionOf(wanted));
      const isWritten = answer.resourceVersion !== live.resourceVersion;
      if (isSameConfig(answer.config, wanted.config)) {
        return this.#stored({ ...answer, config: wanted.config }, isWritten);
      }
      return { live: answer, isWritten, problem: problem('NotStored', this.#difference(answer, wanted)) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (mayBeGone(error) && !isSecond) return this.#writeAnew(wanted, live, signal, error);
      return this.#refused(wanted, live, error);
    }
  }

  /** The WasmPlugin was deleted, and perhaps another one made, without that having been seen. */
  async #writeAnew(wanted: Wanted, live: Live, signal: AbortSignal, error: ApiError): Promise<Visit> {
    const fresh = await this.#writer.read(signal);
    if (fresh === undefined) return this.#missing();
    return fresh.uid === live.uid ? this.#refused(wanted, fresh, error) : this.#write(wanted, fresh, signal, true);
  }

  #refused(wanted: Wanted, live: Live, error: ApiError): Visit {
    const conflict = conflictOf(error);
    if (conflict !== undefined) {
      this.#contest.count(revisionOf(wanted));
      return { live, isWritten: false, problem: problem('FieldConflict', conflictText(conflict)) };
    }
    if (!isRefusal(error)) throw error;
    return { live, isWritten: false, problem: problem('WriteRefused', withoutStop(error.message)), failure: error };
  }

  async #send(wanted: Wanted, uid: string, signal: AbortSignal): Promise<Live> {
    if (signal.aborted) throw new ApiError('given up', { reason: 'Aborted' });
    const late = grace(signal, this.#graceMs);
    const startMs = performance.now();
    this.#inDoubt = wanted.config;
    try {
      const live = await this.#writer.config(wanted, { uid, signal: late.signal });
      this.#inDoubt = undefined;
      this.#allow(GRACE.factor * (performance.now() - startMs));
      return live;
    } catch (error) {
      if (late.signal.aborted) this.#allow(GRACE.factor * this.#graceMs);
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) this.#inDoubt = undefined;
      throw error;
    } finally {
      late.close();
    }
  }

  #allow(ms: number): void {
    this.#graceMs = Math.min(Math.max(ms, GRACE.minMs), GRACE.maxMs);
  }

  #missing(): Visit {
    const { namespace, name } = this.#plugin;
    const { group } = this.#flavour.resource;
    const what = `There is no WasmPlugin ${namespace}/${name} of ${group}`;
    return { live: undefined, isWritten: false, problem: problem('TargetMissing', what) };
  }

  #stored(live: Live, isWritten: boolean): Visit {
    const { ignoredFor } = live;
    if (ignoredFor === undefined) return { live, isWritten };
    const what = `Higress takes no notice of spec.${this.#flavour.field}, since ${ignoredFor} is set`;
    return { live, isWritten, problem: problem('ConfigIgnored', what) };
  }

  #contested({ otherManagers }: Live): string {
    const who = otherManagers.length === 0 ? 'Somebody' : `Field manager ${otherManagers.join(', ')}`;
    return `${who} keeps changing spec.${this.#flavour.field}`;
  }

  #difference({ config, otherManagers }: Live, wanted: Wanted): string {
    const { keys, added, removed, changed } = driftOf(config, wanted.config);
    const rules = added.length + removed.length + changed.length;
    const what = [...keys, ...(rules > 0 ? [`${rules} rules`] : [])].join(', ') || 'the order of rules';
    const who = otherManagers.length === 0 ? '' : `; field manager ${otherManagers.join(', ')} has part in it`;
    return `spec.${this.#flavour.field} differs from what was applied in ${what}${who}`;
  }
}

function withoutStop(text: string): string {
  return text.replace(/\.\s*$/, '');
}
