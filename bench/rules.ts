import type { Condition, Rule } from '../agent/model/plugin-config.ts';

/** The header that decides on the lane in every benchmark. */
export const TAG = { name: 'x-mse-tag', value: 'gray' } as const;

/** An id of nine bytes: `u10000007`. */
export function idOf(number: number): string {
  return `u${10_000_000 + number}`;
}

/** That many ids, all different. */
export function ids(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => idOf(index));
}

/** A rule that tags requests for which the condition holds. */
export function tagRule(id: string, condition: Condition): Rule {
  return { id, lane: 'default/a', conditions: [condition], headers: { set: [TAG] } };
}
