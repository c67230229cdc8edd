import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';
import { type Case, minimal } from './minimal.ts';

test('npm run fuzz says how far it is and that nothing differs', () => {
  const lines: string[] = [];
  expect(fuzz(500, 1, (line) => lines.push(line))).toBe(true);
  expect(lines).toEqual([
    expect.stringMatching(/^500 of 500 cases, seed 1: no difference\. \d+ % decided by a rule, /),
  ]);
});

test('a case that fails is made as small as can be', () => {
  const large: Case = {
    config: { tagHeader: 'x-lane', sets: { vip: ['1', '100', '2'], other: [] }, clientTag: 'keep' },
    request: {
      headers: [
        [':path', '/a/b/c'],
        ['x-user-id', '0x'],
      ],
      properties: { route_name: 'a' },
    },
  };
  const small = minimal(
    large,
    ({ config, request }) =>
      config.sets?.['vip']?.some((id) => id.includes('0')) === true &&
      request.headers.some(([, value]) => value.includes('b')),
  );
  expect(small).toEqual({ config: { sets: { vip: ['0'] } }, request: { headers: [[':path', 'b']], properties: {} } });
});
