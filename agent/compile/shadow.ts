import type { Diagnostic } from '../model/diagnostic.ts';
import type { Rule } from '../model/plugin-config.ts';
import { diagnose } from '../model/reasons.ts';
import type { CompiledLane } from './lane.ts';
import { Repeats } from './repeats.ts';
import { groundText } from './rule-text.ts';

/** Tells of the rules whose conditions and scope an earlier one has: they never decide. It is for any number of states, one after the other. */
export class Shadows {
  readonly #repeats = new Repeats(groundText);

  /** @param rules those of the lanes, in their order */
  diagnosticsOf(lanes: readonly CompiledLane[], rules: readonly Rule[]): readonly Diagnostic[] {
    return this.#repeats.areIn(rules) ? shadowed(lanes) : [];
  }
}

function shadowed(lanes: readonly CompiledLane[]): readonly Diagnostic[] {
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
