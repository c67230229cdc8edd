import type { Condition, PercentCondition, RuleList } from '../../agent/model/plugin-config.ts';
import { liesIn } from './address.ts';
import { compares } from './comparison.ts';
import { murmur3 } from './murmur3.ts';
import { bytesOf, type Request } from './request.ts';
import { valueFrom } from './values.ts';

/** Whether a condition holds for a request from which the client's tag has already been taken away. */
export function holds(condition: Condition, request: Request, sets: RuleList['sets']): boolean {
  return outcome(condition, request, sets) !== (condition.negate ?? false);
}

function outcome(condition: Condition, request: Request, sets: RuleList['sets']): boolean {
  switch (condition.kind) {
    case 'sourceIp': {
      const address = request.properties['source.address'];
      return address !== undefined && liesIn(condition.cidrs, address) === true;
    }
    case 'percent':
      return isInShare(condition, request);
    default:
      return compares(condition, valueFrom(condition, request), sets);
  }
}

function isInShare({ key, salt, basisPoints }: PercentCondition, request: Request): boolean {
  const value = valueFrom(key ?? { kind: 'header', name: 'x-request-id' }, request);
  return value !== undefined && murmur3(value, murmur3(bytesOf(salt), 0)) % 10_000 < basisPoints;
}
