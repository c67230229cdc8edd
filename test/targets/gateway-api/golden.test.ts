import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { gatewayApiObjects } from '../../../agent/targets/gateway-api/objects.ts';
import { GATEWAY_API_REASONS } from '../../../agent/targets/gateway-api/reasons.ts';
import { cases, folder, inputOf, titleOf } from './cases.ts';

test.each(cases.map((name) => [name, titleOf(name)]))('%s: %s', (name) => {
  const output = stringify(gatewayApiObjects(inputOf(name)), { lineWidth: 0, aliasDuplicateObjects: false });
  const expected = `${folder}${name}.out.yaml`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(expected, output);
  expect(output).toBe(existsSync(expected) ? readFileSync(expected, 'utf8') : '');
});

test('no golden case is left over', () => {
  const outputs = readdirSync(folder).filter((file) => file.endsWith('.out.yaml'));
  expect(outputs.map((file) => file.slice(0, -'.out.yaml'.length)).sort()).toEqual(cases);
});

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
