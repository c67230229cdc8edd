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

/** The same without the rules that the plugin refuses, each with a diagnostic in its place: a bad rule must not keep all others from the gateways. */
export function withoutRefused(compiled: Compiled, refusals: readonly Refusal[]): Compiled {
  if (refusals.length === 0) return compiled;
  const refused = new Map(refusals.map((refusal) => [refusal.rule, refusal]));
  const isGood = (rule: string): boolean => !refused.has(rule);
  return {
    ...compiled,
    pluginConfig: configOf((compiled.pluginConfig.rules ?? []).filter(({ id }) => isGood(id))),
    lanes: compiled.lanes.map((lane) =>
      lane.rules.every(isGood) ? lane : { ...lane, rules: lane.rules.filter(isGood) },
    ),
    diagnostics: sortDiagnostics([
      ...compiled.diagnostics,
      ...compiled.lanes.flatMap(({ entry, rules }) =>
        rules
          .flatMap((rule) => refused.get(rule) ?? [])
          .map((refusal) => diagnose(entry, { path: '', reason: 'RefusedByPlugin', what: sentence(refusal) })),
      ),
    ]),
  };
}

function sentence({ rule, code, message }: Refusal): string {
  return `The plugin refuses the rule ${rule}: ${code}: ${message.replace(/\.$/, '')}`;
}
