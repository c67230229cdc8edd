import type { HigressRule, PluginConfig, Rule, RuleList } from '../model/plugin-config.ts';
import { conditionText, scopeText } from './condition-text.ts';
import { printable } from './diagnostic-line.ts';
import type { ExplainedRequest } from './explainer.ts';
import { headerChanges } from './header-changes.ts';
import { factText, placeText } from './request-facts.ts';

/** So many rules are shown; the rest is counted. */
const MAX_RULES = 20;

/** What the plugin did to a request, in numbers. */
export interface Explained {
  readonly config: PluginConfig;
  readonly request: ExplainedRequest;
  /** Headers as the gateway has them before and after, names in lower case. */
  readonly before: ExplainedRequest['headers'];
  readonly after: ExplainedRequest['headers'];
  /** -1: the rules at the top; else the index of the match rule. */
  readonly list: number;
  /** By rule: -1 all of it holds, -2 the request is out of its scope, else the index of the first condition that does not hold. */
  readonly outcomes: ArrayLike<number>;
  /** Index of the rule that decided; -1: none. */
  readonly decided: number;
}

/** The list of rules under that number, -1 being the top. */
export function listOf(config: PluginConfig, number: number): RuleList {
  return config._rules_?.[number] ?? config;
}

/** What happened and why, for a person. Ends with a line break. */
export function explanation(explained: Explained): string {
  const { config, request, list, outcomes, decided } = explained;
  const used = listOf(config, list);
  const rules = used.rules ?? [];
  const isTag = tagTest(used);
  const isStripped = (name: string): boolean => used.clientTag !== 'keep' && isTag(name);
  const rule = rules[decided];
  const tried = rule === undefined ? rules : rules.slice(0, decided);
  const lines = tried
    .slice(0, MAX_RULES)
    .map((one, index) => `  ${one.id}: ${outcomeText(one, outcomes[index] ?? 0, request, isStripped)}`);
  const rest = tried.length - lines.length;
  const changes = headerChanges(explained.before, explained.after, (name) =>
    isStripped(name) && has(explained.before, name) ? "  (the client's own tag)" : '',
  );
  return [
    rule === undefined ? headOfNone(rules.length) : `rule ${rule.id} decides: lane ${rule.lane}`,
    ...(config._rules_ === undefined ? [] : [listText(config, list)]),
    ...(lines.length === 0 ? [] : ['', rule === undefined ? 'why none does:' : 'tried before it:', ...lines]),
    ...(rest > 0 ? [`  and ${rest} more, none of which holds`] : []),
    '',
    ...(changes.length === 0 ? ['headers: unchanged'] : ['headers:', ...changes.map((line) => `  ${line}`)]),
    '',
  ]
    .map(printable)
    .join('\n');
}

function headOfNone(count: number): string {
  return count === 0 ? 'baseline: there are no rules' : 'baseline: no rule decides';
}

function outcomeText(
  rule: Rule,
  outcome: number,
  request: ExplainedRequest,
  isTag: (header: string) => boolean,
): string {
  const condition = rule.conditions[outcome];
  if (condition !== undefined) return `${conditionText(condition)}: no, ${factText(condition, request, isTag)}`;
  if (rule.scope === undefined) return 'holds';
  return `its conditions hold, but ${placeText(request)} is out of its scope: ${scopeText(rule.scope)}`;
}

function listText({ _rules_: lists = [] }: PluginConfig, number: number): string {
  const list = lists[number];
  if (list === undefined) return 'by the rules at the top: no match rule is for this request';
  return `by _rules_[${number}], which is for ${bindingText(list)}`;
}

function bindingText(list: HigressRule): string {
  const bindings: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['route', list._match_route_],
    ['domain', list._match_domain_],
    ['service', list._match_service_],
    ['route prefix', list._match_route_prefix_],
  ];
  return bindings
    .flatMap(([what, values = []]) => (values.length === 0 ? [] : [`${what} ${values.join(', ')}`]))
    .join('; ');
}

/** The tag header in any spelling that a backend may take for it. */
function tagTest({ tagHeader = 'x-mse-tag' }: RuleList): (header: string) => boolean {
  const folded = (name: string): string => name.toLowerCase().replaceAll('_', '-');
  const tag = folded(tagHeader);
  return (header) => folded(header) === tag;
}

function has(headers: ExplainedRequest['headers'], name: string): boolean {
  return headers.some(([given]) => given === name);
}
