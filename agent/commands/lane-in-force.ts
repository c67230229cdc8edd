import { GraylaneError } from '../errors.ts';
import { canonical, listAt, textAt } from '../model/json.ts';
import type { LaneView } from './lane-view.ts';

/** What the gateways are told of a lane at the moment. */
export interface LaneInForce {
  /** Of the whole configuration; undefined when it has none. */
  readonly revision: string | undefined;
  /** True when they are told exactly the rules of the lane. */
  readonly isUpToDate: boolean;
  /** How many rules of the lane they are told. */
  readonly rules: number;
}

/** Compares the rules of a lane with those in a configuration. */
export function laneInForce({ lane, rules }: LaneView, config: unknown): LaneInForce {
  const live = listAt(config, 'rules').filter((rule) => textAt(rule, 'lane') === lane.name);
  return {
    revision: textAt(config, 'revision'),
    isUpToDate: canonical(live) === canonical(rules),
    rules: live.length,
  };
}

/** The same in words. @param target how messages name where the configuration is */
export function inForceText(inForce: LaneInForce | GraylaneError, target: string): string {
  if (inForce instanceof GraylaneError) return `not known: ${inForce.message}`;
  const { revision, isUpToDate, rules } = inForce;
  const count = `${rules} ${rules === 1 ? 'rule' : 'rules'} of this lane`;
  const verdict = isUpToDate ? 'as it should be' : 'not as it should be: graylane diff shows the difference';
  return `${count} in ${target}, revision ${revision ?? 'none'}: ${verdict}`;
}
