import type { HeaderModifier } from '../model/header-modifier.ts';
import type { Rule } from '../model/plugin-config.ts';
import type { Problem } from '../model/reasons.ts';
import { utf8Length } from '../model/request-text.ts';
import type { Step } from '../model/step.ts';
import { differencesFromKruise } from './agreement.ts';
import type { Inventory } from './inventory.ts';
import type { LaneGroup } from './lane.ts';
import type { Liveness } from './liveness.ts';
import { foreignPaths } from './overlap.ts';
import { type ReportOn, type Scope, scopeOf } from './scope.ts';
import { servicesOf } from './services.ts';
import { type RuleDraft, rulesOfStep, type StepContext } from './step-rules.ts';
import { tagOf } from './tag.ts';

/** What a lane enforces at this moment. */
export interface LaneRules {
  readonly rules: readonly Rule[];
  /** The tag that leads to gray pods now; undefined when nothing sets one. */
  readonly tag: string | undefined;
  /** True when some step sets a tag, now or at another time. */
  readonly isTagged: boolean;
}

/** The plugin takes no longer names. */
const MAX_NAME_BYTES = 253;

/**
 * The rules of a lane. All steps of the entry are read, so that what is wrong with one is known before its turn comes; one
 * of them is in force while a member is live: the entry's current one, else the first with matches.
 */
export function rulesOfLane(
  lane: LaneGroup,
  members: readonly Liveness[],
  inventory: Inventory,
  report: ReportOn,
): LaneRules {
  const tell = (problem: Problem): void => report(undefined, problem);
  const context = contextOf(lane);
  const steps = lane.entry.kind === 'Rollout' ? lane.entry.rollout.steps : [lane.entry.trafficRouting.strategy];
  const drafts = new Map(steps.map((step) => [step.number, rulesOfStep(step, context, tell)]));
  const routed = steps.filter(
    ({ number, modifier, emptyMatches }) =>
      drafts.get(number)?.length !== 0 || (modifier !== undefined && emptyMatches.length > 0),
  );
  for (const problem of differencesFromKruise(lane.entry, routed, members, inventory)) tell(problem);
  const isAnyDrafted = [...drafts.values()].some((rules) => rules.length > 0);
  if (context.hasOthers && steps.every(({ hasMatches }) => !hasMatches)) {
    tell({ path: 'spec', reason: 'LaneWithoutRules', what: 'No step of it has matches' });
  }
  const chosen = stepInForce(lane, members, steps, drafts);
  const tags = new Map(steps.map(({ number, modifier }) => [number, tagOfModifier(modifier)]));
  const scope = isAnyDrafted ? laneScope(lane, members, inventory, report) : undefined;
  const isActive = members.some(({ step }) => step !== undefined);
  const inForce = scope === undefined || !isActive || chosen === undefined ? [] : (drafts.get(chosen) ?? []);
  return {
    rules: named(lane, inForce, scope ?? 'all', tell),
    tag: isActive && chosen !== undefined ? tags.get(chosen) : undefined,
    isTagged: [...tags.values()].some((tag) => tag !== undefined),
  };
}

function tagOfModifier(modifier: HeaderModifier): string | undefined {
  return modifier === undefined || modifier === 'broken' ? undefined : tagOf(modifier);
}

function contextOf({ entry, members }: LaneGroup): StepContext {
  const { metadata } = entry;
  if (entry.kind === 'TrafficRouting') {
    return { metadata, hasOthers: true, kruiseRoutes: true, changesHeaders: true, revision: undefined };
  }
  return {
    metadata,
    changesHeaders: entry.rollout.steps.some(({ modifier }) => modifier !== undefined),
    hasOthers: members.length > 1,
    kruiseRoutes: entry.rollout.trafficTarget !== undefined,
    revision: entry.rollout.status.release?.canaryRevision,
  };
}

/** Number of the step whose rules count. While others are live, a step of the entry without rules does not end the lane. */
function stepInForce(
  { entry }: LaneGroup,
  members: readonly Liveness[],
  steps: readonly Step[],
  drafts: ReadonlyMap<Step['number'], readonly RuleDraft[]>,
): number | undefined {
  const hasRules = (step: Step): boolean => (drafts.get(step.number)?.length ?? 0) > 0;
  const own = members.find(({ rollout }) => rollout.metadata === entry.metadata)?.step;
  const othersLive = members.some(({ step }) => step !== undefined && step !== own);
  if (own !== undefined && (!othersLive || hasRules(own))) return own.number;
  return steps.find((step) => step.hasMatches && hasRules(step))?.number;
}

function laneScope(
  { entry }: LaneGroup,
  members: readonly Liveness[],
  inventory: Inventory,
  report: ReportOn,
): Scope | undefined {
  const own = members.find(({ rollout }) => rollout.metadata === entry.metadata);
  const target = entry.kind === 'Rollout' ? entry.rollout.trafficTarget : entry.trafficRouting.trafficTarget;
  const named = target?.service === undefined ? [] : [target.service];
  const services = own === undefined ? named : servicesOf(own.rollout, own.workload, inventory);
  const scope = scopeOf(entry.metadata, target, services, inventory, report);
  const foreign =
    scope === undefined || scope === 'all' ? [] : foreignPaths(scope, entry.metadata.namespace, services, inventory);
  if (foreign.length > 0) {
    report(undefined, { path: '', reason: 'ScopeOverlap', what: `Its scope includes ${foreign.join(', ')}` });
  }
  return scope;
}

function named(
  lane: LaneGroup,
  drafts: readonly RuleDraft[],
  scope: Scope,
  tell: (problem: Problem) => void,
): readonly Rule[] {
  const rules = drafts.map(({ step, match, conditions, headers }) => ({
    id: `${lane.name}/${step}/${match}`,
    lane: lane.name,
    conditions,
    ...(scope !== 'all' && { scope }),
    headers,
  }));
  const tooLong = rules.some(({ id }) => utf8Length(id) > MAX_NAME_BYTES);
  if (!tooLong) return rules;
  tell({
    path: 'metadata.name',
    reason: 'InvalidName',
    what: 'Namespace and name are too long for the name of a rule',
  });
  return [];
}
