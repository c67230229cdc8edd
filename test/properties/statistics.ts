import type { Condition, PluginConfig } from '../../agent/model/plugin-config.ts';
import { boundList } from '../reference/binding.ts';
import { holds } from '../reference/conditions.ts';
import type { Decision } from '../reference/decide.ts';
import type { Request } from '../reference/request.ts';
import { visibleHeaders } from '../reference/tag.ts';

/** How often a condition of one sort was met and not met. */
interface Tally {
  held: number;
  failed: number;
}

/** Whether the random cases are worth their time: how often rules decide, and what conditions do. */
export class Statistics {
  requests = 0;
  decided = 0;
  stripped = 0;
  inMatchRules = 0;
  readonly #tallies = new Map<string, Tally>();

  /** Takes down how a request was decided. */
  add(decision: Decision): void {
    this.requests += 1;
    if (decision.rule >= 0) this.decided += 1;
    if (decision.stripped) this.stripped += 1;
    if (decision.list >= 0) this.inMatchRules += 1;
  }

  /** Takes down what each condition of the list says to a request. */
  addConditions(config: PluginConfig, request: Request): void {
    const [, list] = boundList(config, request);
    const visible = { ...request, headers: visibleHeaders(list, request.headers) };
    for (const condition of (list.rules ?? []).flatMap(({ conditions }) => conditions)) {
      const tally = this.#tallyOf(sortOf(condition));
      if (holds(condition, visible, list.sets)) tally.held += 1;
      else tally.failed += 1;
    }
  }

  /** By sort of condition (kind, operator and whether it is negated): how often it held and failed. */
  tallies(): ReadonlyMap<string, Readonly<Tally>> {
    return this.#tallies;
  }

  #tallyOf(sort: string): Tally {
    const tally = this.#tallies.get(sort) ?? { held: 0, failed: 0 };
    this.#tallies.set(sort, tally);
    return tally;
  }
}

function sortOf(condition: Condition): string {
  const how = 'operator' in condition ? ` ${condition.operator}` : '';
  return `${condition.negate === true ? 'not ' : ''}${condition.kind}${how}`;
}
