import type { Compiled, Memory } from '../model/compiled.ts';
import type { Diagnostic, ObjectRef } from '../model/diagnostic.ts';
import { canonical } from '../model/json.ts';
import type { Metadata } from '../model/metadata.ts';
import type { Rule } from '../model/plugin-config.ts';
import { diagnose, type Problem } from '../model/reasons.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { configOf } from './config.ts';
import { sortDiagnostics } from './diagnostics.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { type CompiledLane, compileLane } from './lane.ts';
import { groupLanes, refOf } from './lanes.ts';

/**
 * Works out what the gateways must enforce at this moment. Total and deterministic: whatever the objects are, there is a
 * result, and it does not depend on their order. What cannot be honoured is in the diagnostics and has no effect.
 */
export function compile(snapshot: Snapshot): Compiled {
  const inventory = takeInventory(snapshot.objects);
  const diagnostics: Diagnostic[] = [...inventory.diagnostics];
  const tell = (object: ObjectRef, problem: Problem): void => void diagnostics.push(diagnose(object, problem));
  reportSpecs(inventory, tell);
  const groups = groupLanes(inventory, tell);
  const lanes = groups.map((group) => compileLane(group, inventory, snapshot.previous ?? {}, tell));
  reportShadowed(lanes, tell);
  const memory: Memory = Object.fromEntries(lanes.flatMap((lane) => lane.memory));
  return {
    pluginConfig: configOf(lanes.flatMap((lane) => lane.rules)),
    routes: lanes.flatMap((lane) => lane.routes),
    baselines: lanes.flatMap((lane) => lane.baselines),
    lanes: lanes.map((lane) => lane.summary),
    diagnostics: sortDiagnostics(diagnostics),
    memory,
  };
}

type Tell = (object: ObjectRef, problem: Problem) => void;

/** What is wrong with the objects themselves, whatever their role. */
function reportSpecs({ rollouts, trafficRoutings }: Inventory, tell: Tell): void {
  const report = (kind: string, metadata: Metadata, problems: readonly Problem[]): void => {
    for (const problem of problems) tell(refOf(kind, metadata), problem);
  };
  for (const { metadata, problems } of rollouts) report('Rollout', metadata, problems);
  for (const { metadata, problems } of trafficRoutings) report('TrafficRouting', metadata, problems);
}

/** A rule whose conditions and scope an earlier one has never decides. */
function reportShadowed(lanes: readonly CompiledLane[], tell: Tell): void {
  const first = new Map<string, Rule>();
  for (const { entry, rules } of lanes) {
    for (const rule of rules) {
      const ground = canonical([rule.conditions, rule.scope]);
      const earlier = first.get(ground);
      if (earlier === undefined) {
        first.set(ground, rule);
      } else {
        const what = `The rule ${rule.id} has the conditions of ${earlier.id}`;
        tell(entry, { path: 'spec', reason: 'SameConditions', what });
      }
    }
  }
}
