import { differences, spreadOf } from '../report/statistics.ts';
import { change, figure, spread, table } from '../report/table.ts';
import { FILTERS, SITUATIONS } from './cells.ts';
import type { Costs } from './rounds.ts';
import type { Updates } from './update.ts';

/** CPU per request of every filter in every situation, and what it adds. */
export function costTable(costs: Costs): string {
  const names = [...costs.keys()].sort((a, b) => placeOf(a) - placeOf(b));
  const rows = names.map((name) => {
    const [variant = '', situation = ''] = name.split('/');
    const over = (other: string): string => (other === variant ? '' : added(costs, name, `${other}/${situation}`));
    return [variant, situation, spread(spreadOf(costs.get(name) ?? [])), over('no filter'), over('empty plugin')];
  });
  return table([['filter', 'header', 'CPU us per request', 'over no filter', 'over the empty plugin'], ...rows]);
}

/** Costs of one cell over another, round by round. */
export function costsOver(costs: Costs, of: string, over: string): readonly number[] {
  return differences(costs.get(of) ?? [], costs.get(over) ?? []);
}

/** How an update goes. */
export function updateTable({ inForce, delays, quietDelays }: Updates, ids: number): string {
  const row = (name: string, values: readonly number[]): readonly string[] => {
    const all = spreadOf(values);
    return [name, spread(all), figure(all.max)];
  };
  return table([
    [`configuration of ${ids.toLocaleString('en')} ids, ${inForce.length} updates`, 'ms, median [p25..p75]', 'most'],
    row('from the move of the file to the first request that it decides', inForce),
    row('longest delay of a request meanwhile', delays),
    row('longest delay of a request without an update', quietDelays),
  ]);
}

/** Situation by situation, the filters in the order in which they are compared. */
function placeOf(name: string): number {
  const [variant = '', situation = ''] = name.split('/');
  const filters: readonly string[] = FILTERS;
  const situations: readonly string[] = SITUATIONS;
  return filters.length * situations.indexOf(situation) + filters.indexOf(variant);
}

function added(costs: Costs, name: string, other: string): string {
  return change(spreadOf(costsOver(costs, name, other)), 2);
}
