import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Condition, PluginConfig } from '../../agent/model/plugin-config.ts';
import { lanes } from './ask.ts';
import { describeOnEnvoy } from './binary.ts';
import { configOf } from './conditions/case.ts';
import { Gateway } from './gateway.ts';
import { get, type Header, type Request } from './request.ts';

const USER: Header = ['x-user-id', '100'];
const TAG: Header = ['x-mse-tag', 'gray'];
const times = (count: number, header: Header): readonly Header[] => Array.from({ length: count }, () => header);

const user: Condition = { kind: 'header', name: 'x-user-id', operator: 'exact', value: '100' };
const CONFIGS: Readonly<Record<string, PluginConfig>> = {
  'one header is read': configOf([user]),
  'all headers are read': configOf([user, { kind: 'cookie', name: 'none', operator: 'absent' }]),
  'all headers are looked through': { ...configOf([user]), clientTag: 'stripAll' },
  'path and query are searched': configOf([
    user,
    { kind: 'path', operator: 'regex', value: '/(a|b|ab)*' },
    { kind: 'query', name: 'none', operator: 'absent' },
  ]),
};

/** The first is of the lane, the second is not and says that it were. */
const pair = (target: string, ...headers: readonly Header[]): readonly Request[] => [
  get(target, ...headers, USER),
  get(target, ...headers, TAG),
];

const REQUESTS: Readonly<Record<string, readonly Request[]>> = {
  'ten thousand headers': pair('/', ...times(10_000, ['x-filler', 'v'])),
  'a path of 60 KB': pair(`/${'ab'.repeat(30_000)}`),
  'a path of 4 MB': pair(`/${'ab'.repeat(2_000_000)}`),
  'a hundred thousand parameters': pair(`/?${'a=b&'.repeat(100_000)}`),
  'a hundred thousand cookies': pair('/', ['cookie', 'a=b; '.repeat(100_000)]),
  'a header of 4 MB': pair('/', ['x-filler', 'v'.repeat(4_000_000)]),
  'five thousand tags': pair('/', ...times(5000, ['x-mse-tag', 'other']), ...times(5000, ['x_mse_tag', 'gray'])),
};

describeOnEnvoy('a real Envoy that lets large requests through', () => {
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.start({
      connections: {
        max_request_headers_kb: 8192,
        common_http_protocol_options: { max_headers_count: 20_000 },
      },
    });
  });

  afterAll(() => gateway?.stop());

  for (const [how, config] of Object.entries(CONFIGS)) {
    test(`decides on them when ${how}`, async () => {
      await gateway.configure(config);
      const answered: Record<string, unknown> = {};
      // In HTTP/2 Envoy has limits of its own that are far lower.
      for (const [what, requests] of Object.entries(REQUESTS)) {
        answered[what] = await lanes(gateway.port(), 'HTTP/1.1', requests);
      }
      expect(answered).toEqual(Object.fromEntries(Object.keys(REQUESTS).map((what) => [what, ['gray', 'base']])));
    });
  }
});
