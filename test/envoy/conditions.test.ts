import { afterAll, beforeAll, expect, test } from 'vitest';
import { murmur3 } from '../reference/murmur3.ts';
import { lanes, PROTOCOLS } from './ask.ts';
import { describeOnEnvoy } from './binary.ts';
import { configOf } from './conditions/case.ts';
import { COOKIE } from './conditions/cookie.ts';
import { HEADER } from './conditions/header.ts';
import { QUERY } from './conditions/query.ts';
import { REQUEST_LINE } from './conditions/request-line.ts';
import { SCOPE } from './conditions/scope.ts';
import { SHARE } from './conditions/share.ts';
import { Gateway } from './gateway.ts';
import { get } from './request.ts';

describeOnEnvoy('a real Envoy chooses requests by', () => {
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.start({ connections: { use_remote_address: true } });
  });

  afterAll(() => gateway?.stop());

  for (const { title, conditions, more, gray, base } of [HEADER, QUERY, COOKIE, REQUEST_LINE, SHARE, SCOPE].flat()) {
    test(title, async () => {
      await gateway.configure(configOf(conditions, more));
      const requests = [...gray, ...base];
      const expected = [...gray.map(() => 'gray'), ...base.map(() => 'base')];
      for (const protocol of PROTOCOLS) {
        const answered = await lanes(gateway.port(), protocol, requests);
        expect({ protocol, answered }).toEqual({ protocol, answered: expected });
      }
    });
  }

  test('percent of keys, always the same ones', async () => {
    await gateway.configure(
      configOf([{ kind: 'percent', basisPoints: 3000, salt: 'v2', key: { kind: 'query', name: 'u' } }]),
    );
    const keys = Array.from({ length: 100 }, (_, index) => `user ${index}`);
    const expected = keys.map((key) => (murmur3(key, murmur3('v2', 0)) % 10_000 < 3000 ? 'gray' : 'base'));
    const requests = keys.map((key) => get(`/?u=${encodeURIComponent(key)}`));
    for (const protocol of PROTOCOLS) expect(await lanes(gateway.port(), protocol, requests)).toEqual(expected);
  });

  test('a set of a hundred thousand ids', async () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => `user-${index * 7}`);
    const condition = { kind: 'header', name: 'x-user-id', operator: 'in', set: 'crowd' } as const;
    await gateway.configure({ ...configOf([condition]), sets: { crowd: ids } });
    const users = ['user-0', 'user-349993', 'user-699993', 'user-1', 'user-700000', 'user-'];
    const requests = users.map((user) => get('/', ['x-user-id', user]));
    const expected = ['gray', 'gray', 'gray', 'base', 'base', 'base'];
    for (const protocol of PROTOCOLS) expect(await lanes(gateway.port(), protocol, requests)).toEqual(expected);
  });
});
