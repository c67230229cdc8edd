import type { Diagnostic } from '../model/diagnostic.ts';
import type { Rule } from '../model/plugin-config.ts';
import { diagnose } from '../model/reasons.ts';
import type { CompiledLane } from './lane.ts';
import { groundText } from './rule-text.ts';

/** The rules whose conditions and scope an earlier one has: they never decide. */
export function shadowed(lanes: readonly CompiledLane[]): readonly Diagnostic[] {
  const first = new Map<string, Rule>();
  const diagnostics: Diagnostic[] = [];
  for (const { entry, rules } of lanes) {
    for (const rule of rules) {
      const ground = groundText(rule);
      const earlier = first.get(ground);
      if (earlier === undefined) {
        first.set(ground, rule);
      } else {
        const what = `The rule ${rule.id} has the conditions of ${earlier.id}`;
        diagnostics.push(diagnose(entry, { path: 'spec', reason: 'SameConditions', what }));
      }
    }
  }
  return diagnostics;
}
