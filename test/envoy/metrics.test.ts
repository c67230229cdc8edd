import { afterAll, beforeAll, expect, test } from 'vitest';
import { murmur3 } from '../reference/murmur3.ts';
import { lanes } from './ask.ts';
import { describeOnEnvoy } from './binary.ts';
import { configOf } from './conditions/case.ts';
import { Gateway } from './gateway.ts';
import { get } from './request.ts';

const CONFIG = {
  ...configOf([{ kind: 'header', name: 'x-user-id', operator: 'prefix', value: 'u' }], { lane: 'default/rollout-a.x' }),
  revision: 'r1',
};
const LANE = 'graylane_lane_default_rollout_a_x_requests';

describeOnEnvoy('a real Envoy shows to Prometheus', () => {
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.start({ plugins: { graylane: JSON.stringify(CONFIG) } });
  });

  afterAll(() => gateway?.stop());

  const user = get('/', ['x-user-id', 'u1']);
  const spoof = get('/', ['x-mse-tag', 'gray']);

  test('the requests of each lane, also after an update', async () => {
    await lanes(gateway.port(), 'HTTP/2', [user, user, get('/')]);
    expect(await gateway.envoy.metric(LANE)).toBe(2);
    await gateway.configure({ ...CONFIG, revision: 'r2' });
    await lanes(gateway.port(), 'HTTP/1.1', [user, spoof]);
    expect(await gateway.envoy.metric(LANE)).toBe(3);
  });

  test('the requests whose client sent a tag', async () => {
    const before = (await gateway.envoy.metric('graylane_stripped_tags')) ?? Number.NaN;
    await lanes(gateway.port(), 'HTTP/1.1', [spoof, user, spoof, get('/')]);
    expect(await gateway.envoy.metric('graylane_stripped_tags')).toBe(before + 2);
  });

  test('the revision in force', async () => {
    await gateway.configure({ ...CONFIG, revision: 'r3' });
    expect(await gateway.envoy.metric('graylane_config_revision')).toBe(murmur3('r3', 0));
  });

  test('the hash of a configuration that has no revision', async () => {
    await gateway.configure({ clientTag: 'strip' });
    expect(await gateway.envoy.metric('graylane_config_revision')).toBe(murmur3('{"clientTag":"strip"}', 0));
  });

  test('no revision when there is no configuration', async () => {
    await gateway.put('');
    expect(await gateway.envoy.metric('graylane_config_revision')).toBe(0);
  });

  test('whether the last configuration was refused, and how many were', async () => {
    await gateway.configure(CONFIG);
    const before = (await gateway.envoy.metric('graylane_config_rejections')) ?? Number.NaN;
    expect(await gateway.envoy.metric('graylane_config_rejected')).toBe(0);
    await gateway.put('no');
    expect(await gateway.envoy.metric('graylane_config_rejected')).toBe(1);
    expect(await gateway.envoy.metric('graylane_config_rejections')).toBeGreaterThan(before);
  });

  test('nothing of a request', async () => {
    const all = await gateway.envoy.admin('/stats/prometheus');
    const names = all.split('\n').filter((line) => line.startsWith('graylane_'));
    expect(names.map((line) => line.split('{')[0]).sort()).toEqual([
      'graylane_config_rejected',
      'graylane_config_rejections',
      'graylane_config_revision',
      LANE,
      'graylane_stripped_tags',
    ]);
  });
});
