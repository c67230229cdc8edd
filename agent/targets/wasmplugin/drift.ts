import { configOf } from '../../compile/config.ts';
import { at, isFields, listAt, textAt } from '../../model/json.ts';
import type { PluginConfig } from '../../model/plugin-config.ts';
import { isSame, isSameConfig } from './likeness.ts';

/** How a configuration that is in force differs from the compiled one. */
export interface Drift {
  /** False when both are the same. */
  readonly isDrifted: boolean;
  readonly liveRevision: string | undefined;
  readonly compiledRevision: string | undefined;
  /** Ids of the rules that the compiled one alone has, in its order. */
  readonly added: readonly string[];
  /** Ids of the rules that the live one alone has, in its order. A rule without an id is named by its place: `rules[2]`. */
  readonly removed: readonly string[];
  /** Ids of the rules that both have and that are not the same. */
  readonly changed: readonly string[];
  /** True when the rules that both have are in another order: the first that holds decides. */
  readonly isReordered: boolean;
  /** Other keys that are not the same, such as `clientTag`; sorted. */
  readonly keys: readonly string[];
}

/** @param live what is in the field of the WasmPlugin; undefined when it is not set */
export function driftOf(live: unknown, compiled: PluginConfig): Drift {
  const [before, after] = [rulesOf(live), rulesOf(compiled)];
  const both = [...after.keys()].filter((id) => before.has(id));
  const keys = otherKeys(live, compiled);
  return {
    isDrifted: !isSameConfig(live, compiled),
    liveRevision: textAt(live, 'revision'),
    compiledRevision: compiled.revision,
    added: [...after.keys()].filter((id) => !before.has(id)),
    removed: [...before.keys()].filter((id) => !after.has(id)),
    changed: both.filter((id) => !isSame(before.get(id), after.get(id))),
    isReordered: [...before.keys()].filter((id) => after.has(id)).some((id, index) => id !== both[index]),
    keys,
  };
}

/** True when a rule that is live is not in the new configuration, or not as it was. */
export function withdraws(live: unknown, next: PluginConfig): boolean {
  const rules = rulesOf(next);
  return [...rulesOf(live)].some(([id, rule]) => !isSame(rule, rules.get(id)));
}

/** The part of the new configuration that is live already: what is left when what must go is withdrawn and nothing is added. */
export function remainder(live: unknown, next: PluginConfig): PluginConfig {
  const before = rulesOf(live);
  return configOf((next.rules ?? []).filter((rule) => isSame(before.get(rule.id), rule)));
}

function rulesOf(config: unknown): ReadonlyMap<string, unknown> {
  return new Map(listAt(config, 'rules').map((rule, index) => [textAt(rule, 'id') ?? `rules[${index}]`, rule]));
}

function otherKeys(live: unknown, compiled: PluginConfig): readonly string[] {
  const names = new Set([...(isFields(live) ? Object.keys(live) : []), ...Object.keys(compiled)]);
  names.delete('rules');
  names.delete('revision');
  return [...names].filter((name) => !isSame(at(live, name), at(compiled, name))).sort();
}
