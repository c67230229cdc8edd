import { knownError } from '../errors.ts';
import type { Compiled } from '../model/compiled.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { diagnose } from '../model/reasons.ts';
import type { Reading, Source, SourceState } from '../sources/source.ts';
import type { Compilation } from './compilation.ts';
import type { Leadership } from './leadership.ts';
import type { Observer } from './observer.ts';
import type { Desired, Outcome, Target } from './target.ts';
import type { Push, View } from './view.ts';
import type { Workqueue } from './workqueue.ts';

/** How often a target is looked at although nothing changed, in milliseconds: what blocks it may have gone unseen. */
const RESYNC_MS = 30_000;

/** Compiles of which it is remembered how long they took. */
const REMEMBERED = 3;

export interface ReconcilerOptions {
  readonly source: Source;
  readonly target: Target;
  readonly compilation: Compilation;
  /** Its only key is the target's name. */
  readonly queue: Workqueue;
  readonly leadership: Leadership;
  readonly observers: readonly Observer[];
  /** Unix time in milliseconds. */
  readonly now: () => number;
}

/**
 * Keeps a target as the source says. Every change is compiled at once, by followers too, which are to know what they would
 * write; the leader alone writes, one state at a time, always the newest.
 */
export class Reconciler implements View {
  readonly #source: Source;
  readonly #target: Target;
  readonly #compilation: Compilation;
  readonly #queue: Workqueue;
  readonly #observers: readonly Observer[];
  readonly #now: () => number;
  readonly leadership: Leadership;
  #desired: Desired | undefined;
  /** Why the newest state could not be compiled. */
  #refusal: string | undefined;
  #lastPush: Push | undefined;
  #isStopping = false;
  #scheduled: NodeJS.Timeout | undefined;
  /** How long the last compiles took, in milliseconds. */
  #compileMs: readonly number[] = [];
  /** When the last one ended, by `performance.now()`. */
  #compiledMs = 0;
  #abort = new AbortController();
  #isApplying = false;
  /** True when something changed during a write that was not compiled to be written. */
  #isBehind = false;
  #working: Promise<void> | undefined;

  constructor({ source, target, compilation, queue, leadership, observers, now }: ReconcilerOptions) {
    this.#source = source;
    this.#target = target;
    this.#compilation = compilation;
    this.#queue = queue;
    this.leadership = leadership;
    this.#observers = observers;
    this.#now = now;
  }

  /** Begins to read, and to write as soon as everything was read. Rejects when reading is impossible. */
  async start(): Promise<void> {
    this.#working = this.#work();
    await Promise.all([this.#target.start(() => this.reconcile()), this.#source.start(() => this.#compileSoon())]);
  }

  /** Has the target looked at again, for instance since this agent may write now. */
  reconcile(): void {
    this.#queue.add(this.#target.name);
  }

  /** Finishes the write that is under way, and begins no other. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#scheduled);
    await this.#queue.shutDown();
    await this.#working;
    await this.#source.close();
    await this.#target.close();
  }

  get compiled(): Compiled | undefined {
    return this.#desired?.compiled;
  }

  get diagnostics(): readonly Diagnostic[] {
    const known = this.#desired?.diagnostics ?? this.#source.diagnostics;
    return [...this.#refused(), ...known, ...this.#target.diagnostics];
  }

  get readings(): readonly Reading[] {
    return this.#source.readings();
  }

  get target(): string {
    return this.#target.name;
  }

  get lastPush(): Push | undefined {
    return this.#lastPush;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /**
   * Changes come in bursts: those of one turn are compiled together, and compiling never takes more than half of the time, nor a
   * fifth of that of a write.
   */
  #compileSoon(): void {
    if (this.#isStopping) return;
    const pauses = this.#isApplying ? 4 : 1;
    // The shortest, since garbage collection may fall into any of them.
    const typicalMs = this.#compileMs.length === 0 ? 0 : Math.min(...this.#compileMs);
    const restMs = this.#compiledMs + pauses * typicalMs - performance.now();
    this.#scheduled ??= setTimeout(() => this.#compileNow(), Math.max(0, restMs));
  }

  #compileNow(): void {
    clearTimeout(this.#scheduled);
    this.#scheduled = undefined;
    this.#compile();
  }

  #took(ms: number): void {
    this.#compileMs = [ms, ...this.#compileMs].slice(0, REMEMBERED);
    this.#compiledMs = performance.now();
  }

  #compile(): void {
    const state = this.#source.state();
    if (this.#isStopping) return;
    if (state === undefined) {
      this.#diagnosed();
      return;
    }
    if (this.#isApplying) {
      this.#lookDuringWrite(state);
      return;
    }
    this.#isBehind = false;
    const before = this.#desired;
    const startMs = performance.now();
    try {
      this.#desired = this.#compilation.desired(state, this.#now());
      this.#refusal = undefined;
    } catch (error) {
      this.#failed(error);
      return;
    }
    const desired = this.#desired;
    const ms = performance.now() - startMs;
    this.#took(ms);
    this.#tell((observer) => observer.compiled?.(desired, before, ms / 1000));
    this.#diagnosed();
    this.reconcile();
  }

  /** Nothing else can be written before the write is over, so all that matters is whether it has to be given up. */
  #lookDuringWrite(state: SourceState): void {
    this.#isBehind = true;
    const startMs = performance.now();
    if (this.#target.isUrgent(this.#compilation.unchecked(state, this.#now()))) this.#abort.abort();
    this.#took(performance.now() - startMs);
  }

  /** The last good state stays, and the target gets to say why. */
  #failed(error: unknown): void {
    const refusal = knownError(error).message.replace(/\.$/, '');
    this.#tell((observer) => observer.failed?.(error));
    if (this.#refusal === refusal) return;
    this.#refusal = refusal;
    if (this.#desired !== undefined) this.#desired = { ...this.#desired, refusal };
    this.#diagnosed();
    this.reconcile();
  }

  #refused(): readonly Diagnostic[] {
    if (this.#refusal === undefined) return [];
    const object = { kind: 'Target', namespace: '', name: this.#target.name };
    return [diagnose(object, { path: '', reason: 'ConfigRefused', what: this.#refusal })];
  }

  async #work(): Promise<void> {
    for (let key = await this.#queue.get(); key !== undefined; key = await this.#queue.get()) {
      await this.#apply(key);
      this.#queue.done(key);
    }
  }

  async #apply(key: string): Promise<void> {
    const desired = this.#desired;
    if (desired === undefined || !this.leadership.isLeader || this.#isStopping) return;
    this.#abort = new AbortController();
    this.#isApplying = true;
    const { signal } = this.leadership;
    const abort = (): void => this.#abort.abort();
    signal.addEventListener('abort', abort, { once: true });
    const startMs = performance.now();
    const seconds = (): number => (performance.now() - startMs) / 1000;
    try {
      const outcome = await this.#target.apply(desired, this.#abort.signal);
      this.#pushed(desired, outcome);
      this.#tell((observer) => observer.applied?.(desired, outcome, seconds()));
      this.#diagnosed();
      this.#queue.forget(key);
      this.#queue.addAfter(key, RESYNC_MS);
    } catch (error) {
      if (this.#abort.signal.aborted) {
        this.#queue.add(key);
        return;
      }
      this.#pushed(desired, { kind: 'failed', message: knownError(error).message });
      this.#tell((observer) => observer.retried?.(desired, error, seconds()));
      this.#queue.addRateLimited(key);
    } finally {
      this.#isApplying = false;
      signal.removeEventListener('abort', abort);
      // What changed during the write need not wait any longer.
      if (this.#isBehind || this.#scheduled !== undefined) this.#compileNow();
    }
  }

  #pushed(desired: Desired, outcome: Outcome | { readonly kind: 'failed'; readonly message: string }): void {
    const revision = desired.compiled.pluginConfig.revision ?? '';
    this.#lastPush = { atMs: this.#now(), revision, outcome };
  }

  #diagnosed(): void {
    const { diagnostics } = this;
    this.#tell((observer) => observer.diagnosed?.(diagnostics));
  }

  #tell(what: (observer: Observer) => void): void {
    for (const observer of this.#observers) what(observer);
  }
}
