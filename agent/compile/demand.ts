import type { Condition, NamedSource, PathMatch, PercentCondition } from '../model/plugin-config.ts';
import { keyWithin } from './share.ts';

/** What conditions ask of one value of a request. */
interface Demand {
  readonly source: NamedSource;
  /** The one text that it may be. */
  exact: string | undefined;
  /** The shares that it has to be in. */
  readonly shares: PercentCondition[];
}

/** What conditions ask of a request. */
export interface Demands {
  readonly values: readonly (readonly [source: NamedSource, value: string])[];
  readonly paths: readonly PathMatch[];
}

const REQUEST_ID: NamedSource = { kind: 'header', name: 'x-request-id' };

/** Values that all conditions are content with; undefined when there are none, or they cannot be told. */
export function demandsOf(conditions: readonly Condition[]): Demands | undefined {
  const demands = new Map<string, Demand>();
  const paths: PathMatch[] = [];
  for (const condition of conditions) {
    if (condition.kind === 'path' && isPathMatch(condition)) {
      paths.push({ operator: condition.operator, value: condition.value });
    } else if (!addTo(demands, condition)) {
      return undefined;
    }
  }
  const values = [...demands.values()].map(
    (demand) => [demand.source, keyWithin(demand.shares, demand.exact)] as const,
  );
  return values.every(isKnown) ? { values, paths } : undefined;
}

function isPathMatch(condition: object): condition is PathMatch {
  return 'operator' in condition && ['exact', 'prefix', 'regex'].includes(String(condition.operator));
}

/** False when the condition contradicts what is known, or asks for what cannot be told. */
function addTo(demands: Map<string, Demand>, condition: Condition): boolean {
  if (condition.kind === 'percent') {
    demandOn(condition.key ?? REQUEST_ID, demands).shares.push(condition);
    return true;
  }
  const source = exactSource(condition);
  if (source === undefined) return false;
  const demand = demandOn(source, demands);
  demand.exact ??= source.value;
  return demand.exact === source.value;
}

function demandOn({ kind, name }: NamedSource, demands: Map<string, Demand>): Demand {
  const key = sourceKey({ kind, name });
  const demand = demands.get(key) ?? { source: { kind, name }, exact: undefined, shares: [] };
  demands.set(key, demand);
  return demand;
}

/** The source of a condition that asks for one text, and the text. */
export function exactSource(condition: Condition): (NamedSource & { readonly value: string }) | undefined {
  if (!('name' in condition) || condition.operator !== 'exact') return undefined;
  const { kind, name, value } = condition;
  return { kind, name, value };
}

/** One text for each source. */
export function sourceKey({ kind, name }: NamedSource): string {
  return `${kind} ${name}`;
}

function isKnown(value: readonly [NamedSource, string | undefined]): value is readonly [NamedSource, string] {
  return value[1] !== undefined;
}
