import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HeaderChanges, PluginConfig } from '../../agent/model/plugin-config.ts';
import { murmur3 } from '../reference/murmur3.ts';
import { ask, PROTOCOLS } from './ask.ts';
import { describeOnEnvoy } from './binary.ts';
import { configOf } from './conditions/case.ts';
import { Gateway } from './gateway.ts';
import { get, type Header, type Request } from './request.ts';
import { leading } from './resources.ts';
import { Upstream } from './upstream.ts';

const TAG = { name: 'x-mse-tag', value: 'gray' };

describeOnEnvoy('the service behind a real Envoy sees', () => {
  let upstream: Upstream;
  let gateway: Gateway;

  beforeAll(async () => {
    upstream = await Upstream.start('gray', 'base');
    gateway = await Gateway.start({ routes: [leading('gray'), leading('base')], clusters: upstream.clusters });
  });

  beforeEach(() => void upstream.take());

  afterAll(async () => {
    await gateway?.stop();
    await upstream?.stop();
  });

  /** The lane, and the headers beginning with `x-m`, in both protocols. */
  const arrivals = async (config: PluginConfig, request: Request): Promise<readonly unknown[]> => {
    await gateway.configure(config);
    for (const protocol of PROTOCOLS) await ask(gateway.port(), protocol, request);
    return upstream.take().map(({ lane, headers }) => [lane, ...headers.filter(([name]) => /^x.m/.test(name))]);
  };
  const changed = (headers: HeaderChanges, ...sent: readonly Header[]): Promise<readonly unknown[]> =>
    arrivals(configOf([{ kind: 'path', operator: 'present' }], { headers }), get('/', ...sent));
  const twice = (...arrival: readonly unknown[]): readonly unknown[] => [arrival, arrival];

  test('the tag of the rule that decided, in its lane', async () => {
    expect(await changed({ set: [TAG] })).toEqual(twice('gray', ['x-mse-tag', 'gray']));
  });

  test('the rule’s tag once, however many a client sent', async () => {
    const sent: readonly Header[] = [
      ['x-mse-tag', 'other'],
      ['X-Mse-Tag', 'gray'],
      ['x_mse_tag', 'other'],
    ];
    expect(await changed({ set: [TAG] }, ...sent)).toEqual(twice('gray', ['x-mse-tag', 'gray']));
  });

  test('the rule’s tag once when the rule adds it', async () => {
    expect(await changed({ add: [TAG] }, ['x-mse-tag', 'other'])).toEqual(twice('gray', ['x-mse-tag', 'gray']));
  });

  test('a header that is set once, in place of all that came', async () => {
    const set = [{ name: 'X-More', value: 'ours' }];
    expect(await changed({ set }, ['x-more', '1'], ['x-more', '2'])).toEqual(twice('base', ['x-more', 'ours']));
  });

  test('a header that is added behind those that came', async () => {
    const add = [{ name: 'x-more', value: 'ours' }];
    expect(await changed({ add }, ['x-more', '1'])).toEqual(twice('base', ['x-more', '1'], ['x-more', 'ours']));
  });

  test('no header that is removed', async () => {
    expect(await changed({ remove: ['x-more'] }, ['x-more', '1'], ['x-me', '2'], ['x-more', '3'])).toEqual(
      twice('base', ['x-me', '2']),
    );
  });

  test('a tag of no rule, when a rule decides that sets none', async () => {
    expect(await changed({ set: [{ name: 'x-more', value: '1' }] }, ['x-mse-tag', 'gray'])).toEqual(
      twice('base', ['x-more', '1']),
    );
  });

  test('the headers as they came, when no rule decides', async () => {
    const config = configOf([{ kind: 'path', operator: 'exact', value: '/never' }]);
    expect(await arrivals(config, get('/', ['x-more', '1'], ['x-more', '2']))).toEqual(
      twice('base', ['x-more', '1'], ['x-more', '2']),
    );
  });

  test('the tag of a client, when the configuration keeps it', async () => {
    expect(await arrivals({ clientTag: 'keep' }, get('/', ['x-mse-tag', 'gray']))).toEqual(
      twice('gray', ['x-mse-tag', 'gray']),
    );
  });

  test('no tag of a client in another header that is the tag’s', async () => {
    expect(await arrivals({ tagHeader: 'X-Mesh' }, get('/', ['x-mesh', 'gray'], ['x-mse-tag', 'kept']))).toEqual(
      twice('base', ['x-mse-tag', 'kept']),
    );
  });

  test('a share of single requests, by the id that Envoy gives each', async () => {
    await gateway.configure(configOf([{ kind: 'percent', basisPoints: 5000, salt: 's' }]));
    for (let index = 0; index < 40; index++) await ask(gateway.port(), 'HTTP/2', get('/'));
    const arrived = upstream.take().map(({ lane, headers }) => {
      const id = headers.find(([name]) => name === 'x-request-id')?.[1] ?? '';
      return { lane, expected: murmur3(id, murmur3('s', 0)) % 10_000 < 5000 ? 'gray' : 'base' };
    });
    expect(arrived).toHaveLength(40);
    expect(arrived.filter(({ lane, expected }) => lane !== expected)).toEqual([]);
  });
});
