import type { Condition, PluginConfig, Rule } from '../../../agent/model/plugin-config.ts';
import type { Request } from '../request.ts';

/** A rule's conditions, with requests that they choose and requests that they do not. */
export interface Case {
  readonly title: string;
  readonly conditions: readonly Condition[];
  readonly more?: Partial<Rule>;
  readonly gray: readonly Request[];
  readonly base: readonly Request[];
}

const SETS = { ids: ['100', 'b c'], places: ['/a', 'post', 'POST', 'example.com'] } as const;

/** One rule that tags with gray. */
export function configOf(conditions: readonly Condition[], more: Partial<Rule> = {}): PluginConfig {
  const headers = { set: [{ name: 'x-mse-tag', value: 'gray' }] };
  return { sets: SETS, rules: [{ id: 'case', lane: 'gray', conditions, headers, ...more }] };
}
