import type { PluginConfig, Rule, RuleList } from '../../agent/model/plugin-config.ts';
import { boundList } from './binding.ts';
import { changed } from './changes.ts';
import { holds } from './conditions.ts';
import { folded, type Header, type Request } from './request.ts';
import { inScope } from './scope.ts';
import { strippedHeaders, tagOf, visibleHeaders } from './tag.ts';

export interface Decision {
  /** -1 for the top level, else the index in `_rules_` of the list that was used. */
  readonly list: number;
  /** Index of the rule that decides, -1 when none does. */
  readonly rule: number;
  readonly headers: readonly Header[];
  /** Whether a client's tag was taken away, and not only replaced by the tag of a rule. */
  readonly stripped: boolean;
}

/** Why a rule does not decide: `ALL_HOLDS` when it would, `OUT_OF_SCOPE`, or the index of the first condition that fails. */
export type Outcome = number;
const ALL_HOLDS = -1;
const OUT_OF_SCOPE = -2;

/** What docs/semantics.md says about this request. The configuration must be a good one. */
export function decide(config: PluginConfig, request: Request): Decision {
  const [index, list] = boundList(config, request);
  const rule = outcomes(list, request).indexOf(ALL_HOLDS);
  const left = strippedHeaders(list, request.headers);
  const changes = list.rules?.[rule]?.headers;
  const headers = changes === undefined ? left : changed(changes, tagOf(list), left);
  const isReplaced = [...(changes?.set ?? []), ...(changes?.add ?? [])].some(
    ({ name }) => folded(name) === tagOf(list),
  );
  const gone = request.headers.filter((header) => !left.includes(header));
  const stripped = gone.some(([name]) => !isReplaced || name !== tagOf(list));
  return { list: index, rule, headers, stripped };
}

/** The outcome of every rule of a list, in order. */
export function outcomes(list: RuleList, request: Request): readonly Outcome[] {
  const visible = { ...request, headers: visibleHeaders(list, request.headers) };
  return (list.rules ?? []).map((rule) => ruleOutcome(rule, visible, list));
}

function ruleOutcome(rule: Rule, request: Request, list: RuleList): Outcome {
  const failing = rule.conditions.findIndex((condition) => !holds(condition, request, list.sets));
  if (failing !== -1) return failing;
  return inScope(rule.scope, request) ? ALL_HOLDS : OUT_OF_SCOPE;
}
