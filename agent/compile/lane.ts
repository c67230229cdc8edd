import type { Baseline, Lane, Route } from '../model/compiled.ts';
import type { Diagnostic, ObjectRef } from '../model/diagnostic.ts';
import { keyOf, type Metadata } from '../model/metadata.ts';
import type { Rule } from '../model/plugin-config.ts';
import { diagnose, type Problem } from '../model/reasons.ts';
import type { Rollout } from '../model/rollout.ts';
import type { Entry } from './entry.ts';
import type { Inventory } from './inventory.ts';
import { rulesOfLane } from './lane-rules.ts';
import { type Liveness, livenessOf } from './liveness.ts';
import type { Remembered } from './past.ts';
import { baselinesOf, routesOf } from './routes.ts';

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
  readonly summary: Lane;
  readonly rules: readonly Rule[];
  readonly routes: readonly Route[];
  readonly baselines: readonly Baseline[];
  readonly memory: readonly Remembered[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles one lane. */
export function compileLane(group: LaneGroup, inventory: Inventory): CompiledLane {
  const diagnostics: Diagnostic[] = [];
  const tell = (object: ObjectRef, problem: Problem): void => void diagnostics.push(diagnose(object, problem));
  const entry = refOf(group.entry.kind, group.entry.metadata);
  const all = group.members.map((rollout) => livenessOf(rollout, inventory));
  for (const { rollout, problems } of all) {
    for (const problem of [...problems, ...ignoredRules(group, rollout)])
      tell(refOf('Rollout', rollout.metadata), problem);
  }
  const isEntryGoing = group.entry.metadata.deleting;
  if (isEntryGoing && group.members.some((rollout) => rollout.metadata !== group.entry.metadata)) {
    tell(entry, {
      path: 'metadata.deletionTimestamp',
      reason: 'EntryBeingDeleted',
      what: 'The entry is being deleted',
    });
  }
  const members = isEntryGoing ? all.map(withEntryGoing) : all;
  const { rules, tag, isTagged } = rulesOfLane(group, members, inventory, (object, problem) =>
    tell(object ?? entry, problem),
  );
  return {
    entry,
    summary: summaryOf(group, members, rules),
    rules,
    routes: members.flatMap((member) => {
      if (member.step === undefined || tag === undefined) return [];
      const ref = refOf('Rollout', member.rollout.metadata);
      return routesOf(member, group.name, tag, inventory, (problem) => tell(ref, problem));
    }),
    baselines: members.flatMap((member) =>
      member.step === undefined && isTagged ? baselinesOf(member, inventory) : [],
    ),
    memory: members.flatMap(({ rollout, memory }) =>
      memory === undefined ? [] : [[keyOf(rollout.metadata), memory] as const],
    ),
    diagnostics,
  };
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

/** What a member asks of the gateway although the lane's rules are those of its entry. */
function ignoredRules({ entry }: LaneGroup, rollout: Rollout): readonly Problem[] {
  if (rollout.metadata === entry.metadata) return [];
  const step = rollout.steps.find(
    ({ routes, modifier }) => (routes && rollout.trafficTarget === undefined) || modifier !== undefined,
  );
  if (step === undefined) return [];
  return [{ path: step.path, reason: 'MemberRulesIgnored', what: 'The step has matches, traffic or a modifier' }];
}
