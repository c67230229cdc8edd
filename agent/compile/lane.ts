import type { Baseline, EntryRoute, Lane, Memory, Route } from '../model/compiled.ts';
import type { Diagnostic, ObjectRef } from '../model/diagnostic.ts';
import { keyOf, type Metadata } from '../model/metadata.ts';
import type { Rule } from '../model/plugin-config.ts';
import { diagnose, type Problem } from '../model/reasons.ts';
import type { Rollout } from '../model/rollout.ts';
import { baselinesOf } from './baselines.ts';
import type { Entry } from './entry.ts';
import { entryRoutesOf } from './entry-routes.ts';
import type { Inventory } from './inventory.ts';
import { rulesOfLane } from './lane-rules.ts';
import { type Liveness, livenessOf } from './liveness.ts';
import { routesOf } from './routes.ts';
import { ignoredPriority, modeOf, priorityOf } from './wishes.ts';

/** A lane's Rollouts, its entry included when that is one. */
export interface LaneGroup {
  /** `namespace/name` of the entry. */
  readonly name: string;
  readonly entry: Entry;
  /** Sorted by name. */
  readonly members: readonly Rollout[];
}

/** All that one lane contributes. */
export interface CompiledLane {
  readonly entry: ObjectRef;
  /** Lanes of a larger one come first. */
  readonly priority: number;
  readonly summary: Lane;
  readonly rules: readonly Rule[];
  readonly routes: readonly Route[];
  readonly baselines: readonly Baseline[];
  readonly entries: readonly EntryRoute[];
  readonly memory: Memory;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles one lane. */
export function compileLane(group: LaneGroup, inventory: Inventory): CompiledLane {
  const diagnostics: Diagnostic[] = [];
  const tell: Tell = (object, problem) => void diagnostics.push(diagnose(object, problem));
  const entry = refOf(group.entry.kind, group.entry.metadata);
  const tellEntry = (problem: Problem): void => tell(entry, problem);
  const tellerOf =
    ({ rollout }: Liveness) =>
    (problem: Problem): void =>
      tell(refOf('Rollout', rollout.metadata), problem);
  const members = membersOf(group, inventory, tell);
  const { rules, tag, isTagged } = rulesOfLane(group, members, inventory, (object, problem) =>
    tell(object ?? entry, problem),
  );
  const priority = priorityOf(group.entry.metadata, tellEntry);
  const laneMode = modeOf(group.entry.metadata, tellEntry) ?? 'fallback';
  const routes = members.flatMap((member) => {
    const { metadata } = member.rollout;
    const tellMember = tellerOf(member);
    const mode = metadata === group.entry.metadata ? laneMode : (modeOf(metadata, tellMember) ?? laneMode);
    // In a lane that is in force, a strict member without a ready gray pod answers with an error and not with the baseline.
    const isLed = member.step !== undefined || (member.isWaiting && mode === 'strict');
    if (!isLed || tag === undefined) return [];
    return routesOf(member, { lane: group.name, tagValue: tag, mode, priority }, inventory, tellMember);
  });
  const summary = summaryOf(group, members, rules);
  const tagInForce = summary.active ? tag : undefined;
  return {
    entry,
    priority,
    summary,
    rules,
    routes,
    baselines: members.flatMap((member) => {
      const isRouted = routes.some((route) => route.member === keyOf(member.rollout.metadata));
      return isTagged && !isRouted ? baselinesOf(member, tagInForce, inventory, tellerOf(member)) : [];
    }),
    entries: entryRoutesOf(group.entry, routes, inventory),
    memory: members.flatMap(({ rollout, memory }) =>
      memory === undefined ? [] : [[keyOf(rollout.metadata), memory] as const],
    ),
    diagnostics,
  };
}

type Tell = (object: ObjectRef, problem: Problem) => void;

function membersOf({ entry, members }: LaneGroup, inventory: Inventory, tell: Tell): readonly Liveness[] {
  const isEntryGoing = entry.metadata.deleting;
  if (isEntryGoing && members.some(({ metadata }) => metadata !== entry.metadata)) {
    tell(refOf(entry.kind, entry.metadata), {
      path: 'metadata.deletionTimestamp',
      reason: 'EntryBeingDeleted',
      what: 'The entry is being deleted',
    });
  }
  return members.map((rollout) => {
    const member = livenessOf(rollout, inventory);
    for (const problem of [...member.problems, ...ignoredWishes(entry, rollout)])
      tell(refOf('Rollout', rollout.metadata), problem);
    return isEntryGoing ? withEntryGoing(member) : member;
  });
}

/** How diagnostics name an object. */
function refOf(kind: string, { namespace, name }: Metadata): ObjectRef {
  return { kind, namespace, name };
}

/** Without its entry a lane has no rules, so its members are not led to. */
function withEntryGoing(member: Liveness): Liveness {
  return member.step === undefined
    ? member
    : { ...member, step: undefined, state: `${member.state}, but its entry is going` };
}

function summaryOf({ name, entry }: LaneGroup, members: readonly Liveness[], rules: readonly Rule[]): Lane {
  const { namespace, name: entryName } = entry.metadata;
  return {
    name,
    entry: { kind: entry.kind, namespace, name: entryName },
    members: members.map(({ rollout, step, state }) => ({
      rollout: keyOf(rollout.metadata),
      live: step !== undefined,
      state,
    })),
    active: members.some(({ step }) => step !== undefined),
    rules: rules.map(({ id }) => id),
  };
}

/** What a member asks for although the lane's rules and rank are those of its entry. */
function ignoredWishes(entry: Entry, rollout: Rollout): readonly Problem[] {
  if (rollout.metadata === entry.metadata) return [];
  const step = rollout.steps.find(
    ({ routes, modifier }) => (routes && rollout.trafficTarget === undefined) || modifier !== undefined,
  );
  const ranks = ignoredPriority(rollout.metadata);
  if (step === undefined) return ranks;
  const what = 'The step has matches, traffic or a modifier';
  return [{ path: step.path, reason: 'MemberRulesIgnored', what }, ...ranks];
}
