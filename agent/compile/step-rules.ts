import type { Metadata } from '../model/metadata.ts';
import type { Condition, HeaderChanges } from '../model/plugin-config.ts';
import type { Problem } from '../model/reasons.ts';
import type { Step } from '../model/step.ts';
import { conditionsOf } from './conditions.ts';
import { hasStickyKey, percentCondition } from './percent.ts';
import { tagOf } from './tag.ts';

/** A rule that lacks only what it shares with the others of its lane: name, lane and scope. */
export interface RuleDraft {
  readonly step: number;
  /** Place in the step's `matches`, from 0. */
  readonly match: number;
  readonly conditions: readonly Condition[];
  readonly headers: HeaderChanges;
}

/** What a step's rules depend on besides the step. */
export interface StepContext {
  /** Of the entry. */
  readonly metadata: Metadata;
  /** True when the lane has members besides the entry. */
  readonly hasOthers: boolean;
  /** True when Kruise too makes the gateway route requests of this entry. */
  readonly kruiseRoutes: boolean;
  /** True when some step of the entry changes headers. */
  readonly changesHeaders: boolean;
  /** Revision that is being released, part of the salt. */
  readonly revision: string | undefined;
}

/** The rules of one step in the order of its matches. What cannot be honoured is reported and left out. */
export function rulesOfStep(
  step: Step,
  context: StepContext,
  report: (problem: Problem) => void,
): readonly RuleDraft[] {
  if (step.modifier === 'broken') return [];
  const ways = waysIn(step, context, report);
  if (ways.length === 0) return [];
  const where = `${step.path}.requestHeaderModifier`;
  const leadsElsewhere = context.hasOthers || !context.kruiseRoutes;
  const headers = step.modifier;
  if (headers === undefined) {
    if (leadsElsewhere)
      report({ path: where, reason: 'NoHeaderChange', what: 'The step has no requestHeaderModifier' });
    return [];
  }
  if (leadsElsewhere && tagOf(headers) === undefined) {
    report({ path: where, reason: 'NoTag', what: 'The modifier does not set the tag header' });
  }
  return ways.map(({ match, conditions }) => ({ step: step.number, match, conditions, headers }));
}

type Way = Pick<RuleDraft, 'match' | 'conditions'>;

/** Matches beat traffic when a step has both, as everywhere in Kruise. */
function waysIn(step: Step, context: StepContext, report: (problem: Problem) => void): readonly Way[] {
  if (step.hasMatches) {
    return step.matches.flatMap((match) => {
      const conditions = conditionsOf(match, report);
      return conditions === undefined ? [] : [{ match: match.index, conditions }];
    });
  }
  if (step.traffic === undefined || step.traffic === 0) return [];
  if (context.kruiseRoutes) {
    if (context.hasOthers || context.changesHeaders || hasStickyKey(context.metadata)) {
      report({
        path: step.path,
        reason: 'KruiseSplitsByWeight',
        what: 'Kruise splits the traffic of this step by weight',
      });
    }
    return [];
  }
  const condition = percentCondition(context.metadata, step.traffic, context.revision, report);
  return condition === undefined ? [] : [{ match: 0, conditions: [condition] }];
}
