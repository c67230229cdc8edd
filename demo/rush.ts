import { type Check, WrongAnswer } from './check.ts';
import { Switch, type SwitchReport } from './switch.ts';

/** How long after the last change in the cluster a client may still get another answer than the one after it, in milliseconds. */
const LATE_MS = 2000;

/** When the cluster began to change and when it ceased to, in milliseconds. */
export interface ChangeTimes {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** What was measured while clients asked at full speed. */
export interface RushReport {
  readonly requests: number;
  readonly perSecond: number;
  /** By client, for those whose answers changed. */
  readonly switches: readonly (SwitchReport & { readonly who: string })[];
}

/** A step that is played while clients ask at full speed. */
export class Rush {
  readonly switches: ReadonlyMap<string, Switch>;
  readonly #changed: ReadonlySet<string>;
  readonly #startMs = performance.now();

  /** @param before the checks that hold in the beginning; those of `after` hold in the end */
  constructor(before: readonly Check[], after: readonly Check[]) {
    const pairs = after.flatMap((check) => {
      const earlier = before.find(({ who }) => who === check.who);
      return earlier === undefined ? [] : [[check.who, earlier.right, check.right] as const];
    });
    this.switches = new Map(pairs.map(([who, old, right]) => [who, new Switch(old, right)]));
    this.#changed = new Set(pairs.filter(([, old, right]) => old.source !== right.source).map(([who]) => who));
  }

  /**
   * What was seen until now.
   *
   * @throws WrongAnswer when a client got another answer for whom nothing changed, or before the cluster changed, or too long after
   */
  report({ firstMs, lastMs }: ChangeTimes): RushReport {
    const all = [...this.switches].map(([who, { report }]) => ({ who, ...report }));
    for (const { who, mixed, beganMs, endedMs } of all) {
      if (!this.#changed.has(who) && mixed > 0)
        throw wrong(who, `${mixed} answers changed, and nothing changed for this client`);
      if (!this.#changed.has(who)) continue;
      if (beganMs !== undefined && beganMs < firstMs) throw wrong(who, 'an answer changed before anything happened');
      if (endedMs !== undefined && endedMs > lastMs + LATE_MS) {
        throw wrong(
          who,
          `an answer other than the new one came ${Math.round(endedMs - lastMs)} ms after the last change, and ${LATE_MS} are allowed`,
        );
      }
    }
    const requests = all.reduce((sum, one) => sum + one.requests, 0);
    const perSecond = requests / ((performance.now() - this.#startMs) / 1000);
    return {
      requests,
      perSecond,
      switches: all.filter(({ who, requests: count }) => this.#changed.has(who) && count > 0),
    };
  }
}

function wrong(who: string, what: string): WrongAnswer {
  return new WrongAnswer(`wrong answer for ${who} while requests ran at full speed: ${what}`);
}

/** What was measured, in lines for people. */
export function rushLines({ requests, perSecond, switches }: RushReport): readonly string[] {
  const words = (mixed: number): string => (mixed === 0 ? '' : `; ${mixed} answers in between were neither`);
  return [
    `${requests} requests at full speed meanwhile (${Math.round(perSecond)}/s), none failed`,
    ...switches.map(
      ({ who, windowMs, mixed }) => `${who}: from old to new within ${Math.round(windowMs)} ms${words(mixed)}`,
    ),
  ];
}
