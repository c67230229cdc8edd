import type { Route } from '../model/compiled.ts';
import type { Metadata } from '../model/metadata.ts';
import { quoted } from '../model/quote.ts';
import type { Problem } from '../model/reasons.ts';
import { ANNOTATION } from './annotation.ts';

const { mode: MODE, priority: PRIORITY } = ANNOTATION;

/** Priorities go from minus this to this: room enough for ranks, and no number that could be read in two ways. */
const MAX_PRIORITY = 1000;

/** What an object says about requests that meet no gray pod; undefined when it says nothing. */
export function modeOf({ annotations }: Metadata, report: (problem: Problem) => void): Route['mode'] | undefined {
  const wish = annotations[MODE];
  if (wish === undefined || wish === 'fallback' || wish === 'strict') return wish;
  const what = `${quoted(wish)} is no mode`;
  report({ path: `metadata.annotations[${MODE}]`, reason: 'InvalidMode', what });
  return 'fallback';
}

/** The rank of the lane that has this entry: lanes of a larger one come first. */
export function priorityOf({ annotations }: Metadata, report: (problem: Problem) => void): number {
  const wish = annotations[PRIORITY];
  if (wish === undefined) return 0;
  const priority = /^(0|-?[1-9]\d{0,3})$/.test(wish) ? Number(wish) : Number.NaN;
  if (Math.abs(priority) <= MAX_PRIORITY) return priority;
  report({
    path: `metadata.annotations[${PRIORITY}]`,
    reason: 'InvalidPriority',
    what: `${quoted(wish)} is no priority`,
  });
  return 0;
}

/** What a member other than the entry says about the rank of its lane, which has no effect. */
export function ignoredPriority({ annotations }: Metadata): readonly Problem[] {
  if (annotations[PRIORITY] === undefined) return [];
  const what = 'The annotation ranks a lane, and only that of the entry counts';
  return [{ path: `metadata.annotations[${PRIORITY}]`, reason: 'MemberRulesIgnored', what }];
}
