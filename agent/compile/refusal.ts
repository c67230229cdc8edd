import type { Compiled } from '../model/compiled.ts';
import { diagnose } from '../model/reasons.ts';
import { configOf } from './config.ts';
import { sortDiagnostics } from './diagnostics.ts';

/** What the plugin said against one rule of a config. */
export interface Refusal {
  /** Id of the rule. */
  readonly rule: string;
  readonly code: string;
  readonly message: string;
}

/**
 * The same without the rule that the plugin refuses, and with a diagnostic in its place: one bad rule must not keep all
 * others from the gateways. Undefined when there is no such rule, so that the refusal is not about one.
 */
export function withoutRefused(compiled: Compiled, { rule, code, message }: Refusal): Compiled | undefined {
  const rules = compiled.pluginConfig.rules ?? [];
  const lane = compiled.lanes.find((found) => found.rules.includes(rule));
  if (lane === undefined) return undefined;
  const what = `The plugin refuses the rule ${rule}: ${code}: ${message.replace(/\.$/, '')}`;
  return {
    ...compiled,
    pluginConfig: configOf(rules.filter(({ id }) => id !== rule)),
    lanes: compiled.lanes.map((found) =>
      found === lane ? { ...found, rules: found.rules.filter((id) => id !== rule) } : found,
    ),
    diagnostics: sortDiagnostics([
      ...compiled.diagnostics,
      diagnose(lane.entry, { path: '', reason: 'RefusedByPlugin', what }),
    ]),
  };
}
