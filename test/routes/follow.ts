import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Answer } from './answer.ts';
import { type Exception, Scene, type Tagged } from './scene.ts';
import { Tally } from './tally.ts';
import type { World } from './world.ts';

/** How requests fare at one target. */
export interface Target {
  /** Who answers, as the consumer of what was rendered decides. */
  readonly answer: (request: Tagged) => Answer;
  /** What is known to happen where that is not what the definition says; undefined where nothing of the kind is known. */
  readonly instead: (request: Tagged) => Exception | undefined;
}

/** What became of the requests. */
export interface Followed {
  /** How many were answered as the definition says (`EXACT`), and how many otherwise for which reason. */
  readonly reasons: Tally;
  /** Of those without a tag that met gray pods. */
  readonly leaks: Tally;
}

/** The name under which requests count that are answered as the definition says. */
export const EXACT = 'exact';

/**
 * Follows requests through random worlds. Each has to be answered by exactly those pods that the definition names, else by exactly
 * those that are known to answer instead. A service hands the tag on, so each hop of a request is a request of its own here.
 */
export function follow(
  worlds: fc.Arbitrary<World>,
  requestsOf: (scene: Scene) => readonly Tagged[],
  targetOf: (scene: Scene) => Target,
): Followed {
  const reasons = new Tally();
  const leaks = new Tally();
  fc.assert(
    fc.property(worlds, (given) => {
      const scene = new Scene(given);
      const target = targetOf(scene);
      for (const request of requestsOf(scene)) {
        const found = target.answer(request);
        const reason = reasonOf(scene, target, request, found);
        reasons.count(reason);
        if (request.tag === undefined && found.pods.some((pod) => scene.definition.gray.has(pod))) leaks.count(reason);
      }
    }),
    { numRuns: 150 },
  );
  return { reasons, leaks };
}

function reasonOf({ definition }: Scene, { instead }: Target, request: Tagged, found: Answer): string {
  const wanted = definition.answer(request);
  if (isDeepStrictEqual(found, wanted)) return EXACT;
  const exception = instead(request);
  expect({ request, ...found }).toEqual({ request, ...(exception?.answer ?? wanted) });
  return exception?.reason ?? EXACT;
}
