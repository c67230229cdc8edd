import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { murmur3 } from '../reference/murmur3.ts';
import { lanes, PROTOCOLS } from './ask.ts';
import { describeOnEnvoy } from './binary.ts';
import { configOf } from './conditions/case.ts';
import { Gateway } from './gateway.ts';
import { get } from './request.ts';
import type { ConfigurationBytes } from './resources.ts';

const forUser = (value: string): PluginConfig => ({
  ...configOf([{ kind: 'header', name: 'x-user-id', operator: 'exact', value }]),
  revision: `for user ${value}`,
});
const GOOD = JSON.stringify(forUser('100'));
const OTHER = JSON.stringify(forUser('7'));

const change = (from: string, to: string): string => {
  expect(GOOD).toContain(from);
  return GOOD.replace(from, to);
};

/** Configurations that the plugin must refuse, and what its log line must name. */
const BAD: readonly (readonly [title: string, configuration: ConfigurationBytes, named: string])[] = [
  ['that is cut off', GOOD.slice(0, -1), 'InvalidJson'],
  ['that is no object', '[]', 'InvalidType'],
  ['that is null', 'null', 'InvalidType'],
  ['with a key that is unknown', change('"rules"', '"rulez"'), '"/rulez"'],
  ['with a key twice', change('"lane"', '"id":"again","lane"'), 'DuplicateKey'],
  ['with a rule that changes nothing', change('"set":', '"remove":[],"set":[],"sot":'), 'UnknownKey'],
  ['with a rule of a wrong type', change('"conditions":[', '"conditions":[7,'), '/rules/0/conditions/0'],
  [
    'with a set that is not there',
    change('"operator":"exact","value":"100"', '"operator":"in","set":"no"'),
    'UnknownSet',
  ],
  ['with a regex that is none', change('"exact","value":"100"', '"regex","value":"(("'), 'InvalidRegex'],
  ['with a number that is huge', change('"rules"', '"revision":1e999,"rules"'), 'InvalidType'],
  ['with NUL', `${GOOD}\0`, 'InvalidJson'],
  ['that is no UTF-8', Buffer.from(`{"revision":"\xff"}`, 'latin1'), 'InvalidUtf8'],
  ['of bytes', Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256)), 'Invalid'],
  ['of brackets', '['.repeat(1_000_000), 'Invalid'],
  ['of deep objects', '{"sets":'.repeat(100_000), 'Invalid'],
  ['of blanks and a letter', `${' '.repeat(1_000_000)}x`, 'InvalidJson'],
];

const CLIENTS = [
  get('/', ['x-user-id', '100']),
  get('/', ['x-user-id', '7']),
  get('/', ['x-mse-tag', 'gray']),
  get('/', ['x_mse_tag', 'gray'], ['x-mse-tag', 'other'], ['x-mse-tag', 'gray']),
];

/** What the clients are answered: users 100 and 7, and two that send a tag. */
const ANSWERED = {
  good: ['gray', 'base', 'base', 'base'],
  other: ['base', 'gray', 'base', 'base'],
  without: ['base', 'base', 'base', 'base'],
};

const answered = async (gateway: Gateway, plugin?: string): Promise<readonly string[]> => {
  const [first, second] = await Promise.all(
    PROTOCOLS.map((protocol) => lanes(gateway.port(plugin), protocol, CLIENTS)),
  );
  expect(first).toEqual(second);
  return first ?? [];
};

const REFUSED = 'graylane: configuration refused, ';

describeOnEnvoy('on a real Envoy, a bad configuration', () => {
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.start({ plugins: { graylane: '', other: '' } });
  });

  beforeEach(async () => {
    await gateway.put(OTHER, 'other');
    await gateway.put(GOOD);
  });

  afterAll(() => gateway?.stop());

  for (const [title, configuration, named] of BAD) {
    test(`${title} is not used: the last good one stays in force`, async () => {
      const before = (await gateway.envoy.log()).length;
      await gateway.put(configuration);
      expect(await answered(gateway)).toEqual(ANSWERED.good);
      expect(await gateway.envoy.metric('graylane_config_rejected')).toBe(1);
      expect(await gateway.envoy.metric('graylane_config_revision')).toBe(murmur3('for user 100', 0));
      await gateway.envoy.logLine(before, REFUSED, 'the last good one stays in force: ', named);
    });
  }

  test('is logged with the rule and the place', async () => {
    await gateway.put(change('"lane":"gray"', '"lane":""'));
    const line = await gateway.envoy.logLine(0, REFUSED, '"pointer":"/rules/0/lane"');
    expect(line).toContain('[error]');
    expect(line).toContain('"rule":"case"');
  });

  test('is no mistake that Envoy hears of', async () => {
    await gateway.put('nonsense');
    const stats = await gateway.envoy.admin('/stats?filter=extension_config_discovery');
    expect(stats).toMatch(/graylane\.config_fail: 0\n/);
    expect(stats).toMatch(/graylane\.update_rejected: 0\n/);
  });

  test('after another bad one changes nothing either', async () => {
    for (let number = 0; number < 5; number++) await gateway.put(`bad ${number}`);
    expect(await answered(gateway)).toEqual(ANSWERED.good);
  });

  test('is forgotten when a good one comes', async () => {
    await gateway.put('bad');
    await gateway.put(OTHER);
    expect(await answered(gateway)).toEqual(ANSWERED.other);
    expect(await gateway.envoy.metric('graylane_config_rejected')).toBe(0);
  });

  test('of one plugin leaves another plugin alone', async () => {
    await gateway.put('bad', 'other');
    await gateway.put('bad');
    expect(await answered(gateway)).toEqual(ANSWERED.good);
    expect(await answered(gateway, 'other')).toEqual(ANSWERED.other);
  });

  test('is not what an empty one is: that one ends all lanes', async () => {
    for (const empty of ['', ' \n\t', '{}', '{"rules":[]}']) {
      await gateway.put(GOOD);
      await gateway.put(empty);
      expect(await answered(gateway)).toEqual(ANSWERED.without);
      expect(await gateway.envoy.metric('graylane_config_rejected')).toBe(0);
    }
  });
});

describeOnEnvoy('two plugins of one binary in a real Envoy', () => {
  test('do not mix', async () => {
    const gateway = await Gateway.start({ plugins: { graylane: GOOD, other: OTHER }, concurrency: 2 });
    try {
      expect(await answered(gateway)).toEqual(ANSWERED.good);
      expect(await answered(gateway, 'other')).toEqual(ANSWERED.other);
      await gateway.put('{}', 'other');
      expect(await answered(gateway)).toEqual(ANSWERED.good);
      expect(await answered(gateway, 'other')).toEqual(ANSWERED.without);
    } finally {
      await gateway.stop();
    }
  });
});

describeOnEnvoy('a real Envoy that starts with a bad configuration', () => {
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.start({ plugins: { other: OTHER, graylane: '{"rules":' } });
  });

  afterAll(() => gateway?.stop());

  test('serves the baseline, strips tags of clients, and does not take what another plugin has', async () => {
    expect(await answered(gateway)).toEqual(ANSWERED.without);
  });

  test('says so in its log and its metrics', async () => {
    await gateway.envoy.logLine(0, REFUSED, 'no lanes are in force: ');
    expect(await gateway.envoy.metric('graylane_config_rejected')).toBe(1);
    expect(await gateway.envoy.metric('graylane_config_rejections')).toBeGreaterThan(0);
  });

  describe('and gets a good one', () => {
    test('has its lanes', async () => {
      await gateway.put(GOOD);
      expect(await answered(gateway)).toEqual(ANSWERED.good);
      expect(await gateway.envoy.metric('graylane_config_rejected')).toBe(0);
    });
  });
});
