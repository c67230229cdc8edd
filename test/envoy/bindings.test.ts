import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HigressRule, PluginConfig, RuleList } from '../../agent/model/plugin-config.ts';
import { lanes, PROTOCOLS } from './ask.ts';
import { describeOnEnvoy } from './binary.ts';
import { Gateway } from './gateway.ts';
import { at, get, type Request } from './request.ts';
import { answering } from './resources.ts';

/** Everybody gets the tag. */
const tagging = (value: string): RuleList => ({
  rules: [
    {
      id: value,
      lane: value,
      conditions: [{ kind: 'method', operator: 'present' }],
      headers: { set: [{ name: 'x-mse-tag', value }] },
    },
  ],
});

const bound = (value: string, binding: HigressRule): HigressRule => ({ ...tagging(value), ...binding });

describeOnEnvoy('on a real Envoy, a match rule of Higress', () => {
  let gateway: Gateway;

  beforeAll(async () => {
    const paths = ['one', 'other'];
    const routes = ['first', 'second', 'base'].flatMap((lane) =>
      paths.map((path) => answering(lane, { path: `/${path}` }, lane === 'base' ? `route-${path}` : `${lane}-${path}`)),
    );
    gateway = await Gateway.start({ routes });
  });

  afterAll(() => gateway?.stop());

  const answers = async (config: PluginConfig, ...requests: readonly Request[]): Promise<readonly string[]> => {
    await gateway.configure(config);
    const [first = [], second = []] = await Promise.all(
      PROTOCOLS.map((protocol) => lanes(gateway.port(), protocol, requests)),
    );
    expect(first).toEqual(second);
    return first;
  };

  test('decides for its route alone', async () => {
    const config = { _rules_: [bound('first', { _match_route_: ['x', 'route-one'] })] };
    expect(await answers(config, get('/one'), get('/other'))).toEqual(['first', 'base']);
  });

  test('leaves the other routes to the rules at the top', async () => {
    const config = { ...tagging('second'), _rules_: [bound('first', { _match_route_: ['route-one'] })] };
    expect(await answers(config, get('/one'), get('/other'))).toEqual(['first', 'second']);
  });

  test('decides for routes with its prefix', async () => {
    const config = { _rules_: [bound('first', { _match_route_prefix_: ['route-ot'] })] };
    expect(await answers(config, get('/one'), get('/other'))).toEqual(['base', 'first']);
  });

  test('decides for its domains', async () => {
    const config = { _rules_: [bound('first', { _match_domain_: ['a.io', '*.b.io'] })] };
    const hosts = ['A.io:80', 'x.b.io', 'b.io', 'c.io'];
    expect(await answers(config, ...hosts.map((host) => at(host, get('/one'))))).toEqual([
      'first',
      'first',
      'base',
      'base',
    ]);
  });

  test('decides alone when it comes first, even without rules', async () => {
    const config = {
      ...tagging('second'),
      _rules_: [{ _match_route_: ['route-one'] }, bound('first', { _match_domain_: ['*'] })],
    };
    expect(await answers(config, get('/one'), get('/other'))).toEqual(['base', 'first']);
  });

  test('that strips a client’s tag does so for its route', async () => {
    const config = {
      clientTag: 'keep',
      _rules_: [{ _match_route_: ['first-one', 'route-one'], clientTag: 'strip' }],
    } as const;
    const tagged = (path: string): Request => get(path, ['x-mse-tag', 'first']);
    expect(await answers(config, tagged('/one'), tagged('/other'))).toEqual(['base', 'first']);
  });
});
