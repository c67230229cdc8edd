import { compareText } from '../../agent/model/metadata.ts';
import { type Answer, anyOf, byPods, failing } from './answer.ts';
import type { Tagged } from './scene.ts';
import { type App, hostOf, type LaneOf, type PodOf, type World } from './world.ts';

/** Who is to answer the calls of one Service that have a tag. */
export interface Led {
  readonly lane: LaneOf;
  /** The member whose gray pods the tag leads to. */
  readonly app: App;
  /** Its ready gray pods; none, where a strict member has lost all of them. */
  readonly gray: readonly string[];
}

/** What docs/design.md calls a lane: gray where a member is live, else the baseline. */
export class Definition {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  get services(): readonly string[] {
    return [...new Set(this.#apps.map(({ service }) => service))];
  }

  /** Names of all gray pods. */
  get gray(): ReadonlySet<string> {
    return new Set(this.#apps.flatMap(({ gray }) => gray.map(({ name }) => name)));
  }

  /** The tag that a request from outside gets: that of the lane whose rule decides. */
  tagOf(host: string, user: string): string | undefined {
    const lane = this.#world.lanes.find((one) => one.user === user);
    if (lane === undefined || !isInForce(lane)) return undefined;
    return lane.everywhere || hostOf(lane) === host ? lane.tag : undefined;
  }

  /**
   * Where a tag leads at a Service; undefined where no member of its lanes is live. Of several members it leads to that of the
   * lane with the largest priority, then the first by the names of entry and member.
   */
  ledTo(service: string, tag: string | undefined): Led | undefined {
    const found = this.#world.lanes
      .filter((lane) => lane.tag === tag && isInForce(lane))
      .flatMap((lane) => lane.apps.map((app) => ({ lane, app, gray: ready(app.gray) })))
      .filter(({ app, gray }) => app.service === service && (isLive(app) || isMissed(app, gray)))
      .sort(
        (a, b) =>
          b.lane.priority - a.lane.priority ||
          compareText(nameOf(a.lane), nameOf(b.lane)) ||
          compareText(a.app.name, b.app.name),
      );
    return found[0];
  }

  /**
   * Who is to answer. Where gray pods are gone that are still listed, the baseline may in the mode fallback, and in the mode strict
   * the request may fail.
   */
  answer({ service, tag }: Tagged): Answer {
    const led = this.ledTo(service, tag);
    if (led === undefined) return this.baseline(service);
    const alive = led.gray.filter((pod) => !led.app.gone.includes(pod));
    if (alive.length > 0 && alive.length === led.gray.length) return byPods(alive);
    return anyOf([byPods(alive), led.app.mode === 'fallback' ? this.baseline(service) : failing(503)]);
  }

  /** The ready pods that are not gray. */
  baseline(service: string): Answer {
    const pods = this.behind(service).flatMap(({ stable, fresh }) => ready([...stable, ...fresh]));
    return pods.length > 0 ? byPods(pods) : failing(503);
  }

  /** The Rollouts behind a Service. */
  behind(service: string): readonly App[] {
    return this.#apps.filter((app) => app.service === service);
  }

  get #apps(): readonly App[] {
    return this.#world.lanes.flatMap(({ apps }) => apps);
  }
}

/** Names of those that are ready. */
export function ready(pods: readonly PodOf[]): readonly string[] {
  return pods.filter((pod) => pod.ready).map(({ name }) => name);
}

/** Its step is in effect and a gray pod serves. */
function isLive({ stage, gray }: App): boolean {
  return stage === 'released' && ready(gray).length > 0;
}

/** A strict member without a ready gray pod answers with an error while others keep its lane in force. */
function isMissed({ stage, mode }: App, gray: readonly string[]): boolean {
  return stage === 'released' && mode === 'strict' && gray.length === 0;
}

/** A lane has the name of its entry. */
function nameOf({ apps: [entry] }: LaneOf): string {
  return entry?.name ?? '';
}

/** A lane without its entry has no rules. */
function isInForce({ apps }: LaneOf): boolean {
  return apps[0]?.stage !== 'deleted' && apps.some(isLive);
}
