import { decodeHeaderModifier, type HeaderModifier } from './header-modifier.ts';
import { at, isFields } from './json.ts';
import { decodeMatches, emptyMatches, type Match, type MatchFields } from './match.ts';
import type { Problem } from './reasons.ts';

/** One step of a plan, or the strategy of a TrafficRouting. */
export interface Step {
  /** Counted from 1 as Kruise does; 0 for a TrafficRouting, which has no steps. */
  readonly number: number;
  /** Field path of the step. */
  readonly path: string;
  /** Share of the traffic in basis points (0 to 10000); undefined when the step has none, or none that can be read. */
  readonly traffic: number | undefined;
  /** True when the step asks for something of the gateway, readable or not: Kruise then counts it as a step with routes. */
  readonly routes: boolean;
  /** The entries of `matches` that can be honoured. */
  readonly matches: readonly Match[];
  /** Field paths of the entries of `matches` that ask for nothing. */
  readonly emptyMatches: readonly string[];
  /** True when the step has entries in `matches`, whether or not they can be honoured. */
  readonly hasMatches: boolean;
  readonly modifier: HeaderModifier;
  /** As written: a number of pods, or a percentage such as `20%`. */
  readonly replicas: number | string | undefined;
}

/** Where an API version keeps a step's share of the traffic, and what its matches may have. */
export interface StepDialect {
  /** v1beta1 writes `traffic: "20%"`, v1alpha1 `weight: 20`. */
  readonly share: 'traffic' | 'weight';
  readonly matchFields: readonly MatchFields[];
}

export const V1BETA1: StepDialect = { share: 'traffic', matchFields: ['headers', 'queryParams', 'path'] };
export const V1ALPHA1: StepDialect = { share: 'weight', matchFields: ['headers'] };

/** Reads a step; what cannot be honoured is told to `report` and is not in the result. */
export function decodeStep(
  value: unknown,
  position: { readonly number: number; readonly path: string },
  dialect: StepDialect,
  report: (problem: Problem) => void,
): Step {
  const { number, path } = position;
  if (!isFields(value)) report({ path, reason: 'WrongType', what: 'The step is not an object' });
  const known = [dialect.share, 'replicas', 'pause', 'matches', 'requestHeaderModifier'];
  for (const name of isFields(value) ? Object.keys(value).filter((key) => !known.includes(key)) : []) {
    report({
      path: `${path}.${name}`,
      reason: 'UnknownField',
      what: `A step of this API version has no field ${name}`,
    });
  }
  const share = at(value, dialect.share) ?? undefined;
  const matches = at(value, 'matches');
  const replicas = at(value, 'replicas');
  const hasMatches = Array.isArray(matches) && matches.length > 0;
  return {
    number,
    path,
    traffic: decodeShare(share, `${path}.${dialect.share}`, dialect.share, report),
    routes: share !== undefined || hasMatches,
    matches: decodeMatches(matches, `${path}.matches`, dialect.matchFields, report),
    emptyMatches: emptyMatches(matches, `${path}.matches`),
    hasMatches,
    modifier: decodeHeaderModifier(at(value, 'requestHeaderModifier'), `${path}.requestHeaderModifier`, report),
    replicas: typeof replicas === 'number' || typeof replicas === 'string' ? replicas : undefined,
  };
}

/** Basis points of `20%` (traffic) or 20 (weight). */
function decodeShare(
  given: unknown,
  path: string,
  kind: StepDialect['share'],
  report: (problem: Problem) => void,
): number | undefined {
  if (given === undefined) return undefined;
  const written = kind === 'weight' && typeof given === 'number' ? `${given}%` : given;
  const digits = typeof written === 'string' ? /^(\d{1,3})%$/.exec(written)?.[1] : undefined;
  const percent = digits === undefined ? Number.NaN : Number(digits);
  if (percent <= 100) return percent * 100;
  report({ path, reason: 'InvalidTraffic', what: `${kind} is no percentage between 0 and 100` });
  return undefined;
}
