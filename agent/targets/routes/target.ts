import type { Desired, Outcome, Target } from '../../controller/target.ts';
import { apiFailure } from '../../kubernetes/failure.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { isOwn } from '../../model/own.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import { reporterOf } from '../reporter.ts';
import { RouteApplier } from './applier.ts';
import { type RouteFormat, renderAll } from './formats.ts';
import { Lingering } from './lingering.ts';
import { ROUTE_REASONS } from './reasons.ts';
import { isWritable, type RouteWriter } from './writer.ts';

/** Where tags are put on requests. */
export interface TagTarget extends Target {
  /** Takes out what that state withdraws, and adds nothing. Rejects when that should be tried again later. */
  withdraw(desired: Desired, signal: AbortSignal): Promise<void>;
}

interface RoutedTargetOptions {
  readonly tags: TagTarget;
  readonly formats: readonly RouteFormat[];
  readonly writer: RouteWriter;
  /** For how long gateways may not have heard of what was written, in milliseconds. */
  readonly waitMs: number;
  /** A clock in milliseconds. */
  readonly now: () => number;
}

/**
 * Tags, and routes for them. A route is there before the tag that it is for, and stays until gateways can be expected to set the
 * tag no more, or the gray pods are gone. What withdraws a rule waits for no route.
 */
export class RoutedTarget implements Target {
  readonly #tags: TagTarget;
  readonly #formats: readonly RouteFormat[];
  readonly #applier: RouteApplier;
  readonly #lingering: Lingering;
  readonly #now: () => number;
  #diagnostics: readonly Diagnostic[] = [];
  #onDrift: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ tags, formats, writer, waitMs, now }: RoutedTargetOptions) {
    this.#tags = tags;
    this.#formats = formats;
    this.#applier = new RouteApplier({ writer, waitMs, now });
    this.#lingering = new Lingering(waitMs);
    this.#now = now;
  }

  get name(): string {
    return this.#tags.name;
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#tags.diagnostics, ...this.#diagnostics];
  }

  async start(onDrift: () => void): Promise<void> {
    this.#onDrift = onDrift;
    await this.#tags.start(onDrift);
  }

  isUrgent(desired: Desired): boolean {
    return this.#tags.isUrgent(desired);
  }

  async apply(desired: Desired, signal: AbortSignal): Promise<Outcome> {
    clearTimeout(this.#timer);
    const objects = concerned(desired);
    const watched = objects.filter((object) => isOwn(object) && isWritable(object));
    const compiled = this.#lingering.extended(desired.compiled, this.#now());
    const rendered = renderAll(this.#formats, { compiled, objects });
    const { report, diagnostics } = reporterOf(ROUTE_REASONS);
    const plan = this.#applier.plan(rendered.objects, watched);
    if (plan.apply.length > 0 && this.#tags.isUrgent(desired)) await this.#tags.withdraw(desired, signal);
    try {
      const writing = { report, signal };
      const grown = await this.#write(() => this.#applier.grow(plan, watched, writing));
      const outcome = await this.#tags.apply(desired, signal);
      if (outcome.kind !== 'blocked') this.#lingering.told(this.#now());
      const shrunk = await this.#write(() => this.#applier.shrink(plan, writing));
      return withRoutes(outcome, grown, shrunk);
    } finally {
      this.#diagnostics = [...rendered.diagnostics, ...diagnostics()];
      this.#wait();
    }
  }

  async close(): Promise<void> {
    this.#onDrift = () => undefined;
    clearTimeout(this.#timer);
    await this.#tags.close();
  }

  async #write(what: () => Promise<number>): Promise<number> {
    try {
      return await what();
    } catch (error) {
      throw apiFailure(error, 'write routes');
    }
  }

  /** Looks again when something ceases to have to stay. */
  #wait(): void {
    const times = [this.#applier.remainingMs, this.#lingering.remainingMs(this.#now())].filter(
      (time) => time !== undefined,
    );
    if (times.length === 0) return;
    this.#timer = setTimeout(() => this.#onDrift(), Math.max(MIN_WAIT_MS, Math.min(...times)));
  }
}

/** Kinds of which there are many, and that concern nobody outside of the namespaces of lanes. */
const NUMEROUS: ReadonlySet<string> = new Set(['Pod', 'Service']);

/** The objects that routes can depend on. */
function concerned({ compiled, objects }: Desired): readonly KubernetesObject[] {
  const namespaces = new Set([...compiled.routes, ...compiled.baselines].map(({ namespace }) => namespace));
  const isConcerned = ({ kind, metadata }: KubernetesObject): boolean =>
    !NUMEROUS.has(kind) || namespaces.has(metadata.namespace ?? 'default');
  return objects().filter((object) => isConcerned(object) || isOwn(object));
}

/** What cannot be removed although it is time is not tried without a pause. */
const MIN_WAIT_MS = 100;

function withRoutes(outcome: Outcome, grown: number, shrunk: number): Outcome {
  if (outcome.kind === 'blocked' || grown + shrunk === 0) return outcome;
  const routes = [...(grown > 0 ? [`${grown} routes`] : []), ...(shrunk > 0 ? [`${shrunk} routes fewer`] : [])];
  return { kind: 'written', what: [...(outcome.kind === 'written' ? [outcome.what] : []), ...routes].join(', ') };
}
