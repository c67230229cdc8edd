import { expect, test } from 'vitest';
import { gatewayApiObjects } from '../../../agent/targets/gateway-api/objects.ts';
import { GATEWAY_API_REASONS } from '../../../agent/targets/gateway-api/reasons.ts';
import { golden, inputOf } from './cases.ts';

const { cases } = golden;

golden.test((name) => gatewayApiObjects(inputOf(name)));

test.each(cases)('%s is the same in any order of the objects, and when what was written is read back', (name) => {
  const { compiled, objects } = inputOf(name);
  const once = gatewayApiObjects({ compiled, objects });
  expect(gatewayApiObjects({ compiled, objects: [...objects, ...once.objects].reverse() }).objects).toEqual(
    once.objects,
  );
});

test('every reason is given in some case, but the one that takes 16 lanes', () => {
  const given = new Set(
    cases.flatMap((name) => gatewayApiObjects(inputOf(name)).diagnostics.map(({ reason }) => reason)),
  );
  expect(Object.keys(GATEWAY_API_REASONS).filter((reason) => !given.has(reason))).toEqual(['TooManyTags']);
});
