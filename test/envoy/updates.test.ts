import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PluginConfig } from '../../agent/model/plugin-config.ts';
import { murmur3 } from '../reference/murmur3.ts';
import { describeOnEnvoy } from './binary.ts';
import { Gateway } from './gateway.ts';
import { Load } from './load.ts';
import { answering } from './resources.ts';

const UPDATES = 1000;
/** After so many updates everything that Envoy keeps has its size. */
const WARM = 200;
/** How long a configuration is in force at least. */
const IN_FORCE_MS = 5;
/** Growth from then on that is none: heaps breathe. */
const SLACK_BYTES = 8 * 1024 * 1024;

const client = (lanes: readonly [string, string], user: string, tag?: string) =>
  ({ headers: [['x-user-id', user], ...(tag === undefined ? [] : [['x-mse-tag', tag] as const])], lanes }) as const;

const CLIENTS = [
  client(['first', 'second'], 'both'),
  client(['first', 'base'], 'only-first'),
  client(['base', 'second'], 'only-second'),
  client(['base', 'base'], 'nobody'),
  client(['base', 'base'], 'nobody', 'first'),
  client(['first', 'base'], 'only-first', 'second'),
];

/** The configuration of that number: the two kinds take turns, and some have a text of their own. */
function configuration(number: number): PluginConfig & { readonly revision: string } {
  const lane = number % 2 === 0 ? 'first' : 'second';
  const ids = Array.from({ length: 200 }, (_, index) => `${lane}-user-${index}`);
  return {
    revision: number % 10 === 0 ? `${lane}-${number}` : lane,
    sets: { users: [...ids, 'both', `only-${lane}`] },
    rules: [
      {
        id: lane,
        lane,
        conditions: [{ kind: 'header', name: 'x-user-id', operator: 'in', set: 'users' }],
        headers: { set: [{ name: 'x-mse-tag', value: lane }] },
      },
    ],
  };
}

describeOnEnvoy(`${UPDATES} updates of a real Envoy at full load`, () => {
  let gateway: Gateway;
  let load: Load;
  let version = '';
  const memory: { readonly rss: number; readonly allocated: number }[] = [];

  const measure = async (): Promise<void> => {
    const { allocated } = JSON.parse(await gateway.envoy.admin('/memory'));
    const status = `/proc/${gateway.envoy.pid}/status`;
    const rss = existsSync(status) ? /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1] : 0;
    memory.push({ rss: Number(rss) * 1024, allocated: Number(allocated) });
  };

  beforeAll(async () => {
    gateway = await Gateway.start({
      plugins: { graylane: JSON.stringify(configuration(0)) },
      routes: ['first', 'second', 'base'].map((lane) => answering(lane, { prefix: '/' })),
    });
    load = new Load(CLIENTS);
    load.start(gateway.port(), 12, 8);
    for (let number = 1; number <= UPDATES; number++) {
      const inForce = load.expectNext();
      version = await gateway.move(JSON.stringify(configuration(number)));
      await gateway.envoy.soon(inForce, `configuration ${number} is in force`);
      await sleep(IN_FORCE_MS);
      if (number === WARM || number === UPDATES) await measure();
    }
    await load.stop();
  }, 120_000);

  afterAll(() => gateway?.stop());

  test('are answered by the new configuration from its first answer on, and no request fails', () => {
    console.log(`${load.answered} requests during ${UPDATES} updates, ${load.failures.length} of them wrong or failed`);
    expect(load.failures).toEqual([]);
    expect(load.answered).toBeGreaterThan(UPDATES * CLIENTS.length);
  });

  test('are all taken', async () => {
    expect(await gateway.version()).toBe(version);
    const stats = await gateway.envoy.admin('/stats?filter=extension_config_discovery');
    expect(Number(/\.config_reload: (\d+)/.exec(stats)?.[1])).toBe(UPDATES + 1);
    expect(stats).toMatch(/\.config_fail: 0\n/);
    const { revision } = configuration(UPDATES);
    expect(await gateway.envoy.metric('graylane_config_revision')).toBe(murmur3(revision, 0));
  });

  test('cost no memory that is not given back', () => {
    const [warm, end] = memory;
    const growth = {
      rss: (end?.rss ?? 0) - (warm?.rss ?? 0),
      allocated: (end?.allocated ?? 0) - (warm?.allocated ?? 0),
    };
    const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
    console.log(
      `from update ${WARM} to ${UPDATES} Envoy grew from ${megabytes(warm?.rss ?? 0)} MB by ${megabytes(growth.rss)} MB, its heap by ${megabytes(growth.allocated)} MB`,
    );
    expect(growth.rss).toBeLessThan(SLACK_BYTES);
    expect(growth.allocated).toBeLessThan(SLACK_BYTES);
  });
});
