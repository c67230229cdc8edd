import { ApiError } from '../../kubernetes/api-server.ts';
import { saidBy } from '../../kubernetes/failure.ts';
import type { ObjectRef } from '../../model/diagnostic.ts';
import type { KubernetesObject } from '../../model/snapshot.ts';
import { objectKey } from '../ownership.ts';
import { conflictOf, conflictText, isRefusal } from '../wasmplugin/conflict.ts';
import { LiveObjects } from './live-objects.ts';
import { type Batch, planOf, type RoutePlan } from './plan.ts';
import type { RouteReport } from './reasons.ts';
import type { RouteWriter } from './writer.ts';

interface RouteApplierOptions {
  readonly writer: RouteWriter;
  /** For how long what routes led to stays when they do not any more, in milliseconds. */
  readonly waitMs: number;
  /** A clock in milliseconds. */
  readonly now: () => number;
}

/** How writing is to be done. */
export interface RouteWriting {
  readonly report: RouteReport;
  readonly signal: AbortSignal;
}

/**
 * Brings the objects that graylane makes to what is wanted: first what is to be there, later what is not. One that the server
 * refuses is reported and keeps no other from being written; all of it rejects with an ApiError when the server is of no help.
 */
export class RouteApplier {
  readonly #writer: RouteWriter;
  readonly #waitMs: number;
  readonly #now: () => number;
  readonly #live: LiveObjects;
  /** Since when something is only waiting to be removed. */
  #unwantedMs = new Map<string, number>();

  constructor({ writer, waitMs, now }: RouteApplierOptions) {
    this.#writer = writer;
    this.#waitMs = waitMs;
    this.#now = now;
    this.#live = new LiveObjects(now);
  }

  /** @param watched what graylane made, as the watch has it */
  plan(wanted: readonly KubernetesObject[], watched: readonly KubernetesObject[]): RoutePlan {
    const spent = [...this.#unwantedMs].filter(([, sinceMs]) => this.#now() >= sinceMs + this.#waitMs);
    return planOf(wanted, this.#live.after(watched), new Set(spent.map(([key]) => key)));
  }

  /** Applies what is to be there. Resolves with the number of objects written. */
  async grow(
    { apply }: RoutePlan,
    watched: readonly KubernetesObject[],
    { report, signal }: RouteWriting,
  ): Promise<number> {
    const known = new Set(this.#live.after(watched).map(objectKey));
    return this.#each(apply, report, async (object) => {
      const answer = await this.#writer.apply(object, known.has(objectKey(object)), signal);
      if (answer === 'taken') {
        report(refOf(object), 'metadata.name', 'RouteNameTaken', 'graylane has an object of this name to make');
        return false;
      }
      this.#live.applied(answer);
      return true;
    });
  }

  /** Deletes what is not wanted any more. To be called when the routes that are wanted are there. Resolves with the number of objects deleted. */
  async shrink({ remove, later }: RoutePlan, { report, signal }: RouteWriting): Promise<number> {
    const count = await this.#each(remove, report, async (object) => {
      await this.#writer.remove(object, signal);
      this.#live.removed(object);
      return true;
    });
    this.#unwantedMs = new Map([...later].map((key) => [key, this.#unwantedMs.get(key) ?? this.#now()]));
    return count;
  }

  /** In how many milliseconds something can go that has to stay until then; undefined when nothing has to. */
  get remainingMs(): number | undefined {
    const since = [...this.#unwantedMs.values()];
    return since.length === 0 ? undefined : Math.max(0, Math.min(...since) + this.#waitMs - this.#now());
  }

  async #each(
    batches: readonly Batch[],
    report: RouteReport,
    what: (object: KubernetesObject) => Promise<boolean>,
  ): Promise<number> {
    let count = 0;
    const one = async (object: KubernetesObject): Promise<void> => {
      try {
        if (await what(object)) count += 1;
      } catch (error) {
        refused(object, error, report);
      }
    };
    for (const batch of batches) {
      for (let at = 0; at < batch.length; at += AT_ONCE) await Promise.all(batch.slice(at, at + AT_ONCE).map(one));
    }
    return count;
  }
}

/** Requests under way, so that a release of many services does not wait for one after the other. */
const AT_ONCE = 8;

/** Reports that the server refuses to write the object; throws what is no refusal. */
function refused(object: KubernetesObject, error: unknown, report: RouteReport): void {
  if (!(error instanceof ApiError)) throw error;
  const conflict = conflictOf(error);
  if (conflict !== undefined) {
    report(refOf(object), '', 'RouteFieldConflict', conflictText(conflict));
  } else if (isRefusal(error) || error.status === 404) {
    report(refOf(object), '', 'RouteRefused', saidBy(error).replace(/\.$/, ''));
  } else {
    throw error;
  }
}

function refOf({ kind, metadata }: KubernetesObject): ObjectRef {
  return { kind, namespace: metadata.namespace ?? 'default', name: metadata.name };
}
