import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { unpacked } from '../../agent/compile/packing.ts';
import { GraylaneError } from '../../agent/errors.ts';
import { at, listAt, textAt } from '../../agent/model/json.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';
import type { WasmPluginTarget } from '../../agent/targets/wasmplugin/target.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import {
  agentApi,
  configFor,
  desired,
  Keeper,
  NEVER,
  PATIENCE,
  PluginObject,
  READY,
  type RecordingApi,
  roleFor,
  targetOf,
} from './wasm-plugin.ts';

const CRD = new URL('../fixtures/crds/extensions.higress.io_wasmplugins.yaml', import.meta.url);

/** So many users, none like another. */
function users(count: number, first = 0): readonly string[] {
  return Array.from({ length: count }, (_, index) => `user-${first + index}`);
}

function idsOf(config: unknown): readonly string[] {
  return listAt(config, 'rules').map((rule) => textAt(rule, 'id') ?? '');
}

describe.skipIf(!HAS_CLUSTER)('writing to a WasmPlugin', () => {
  let cluster: Cluster;
  let plugin: PluginObject;
  let api: RecordingApi;
  let target: WasmPluginTarget;
  const onDrift = vi.fn();

  beforeAll(async () => {
    cluster = await startCluster();
    plugin = new PluginObject(cluster, HIGRESS);
  });
  afterAll(() => cluster?.stop());

  beforeEach(async () => {
    await cluster.apply(roleFor(HIGRESS, ['wasmplugins', 'wasmplugins/status']));
    await plugin.delete();
    await plugin.create();
    api = await agentApi(cluster);
    target = targetOf(api, HIGRESS);
    onDrift.mockReset();
  });
  afterEach(async () => {
    await target.close();
    api.close();
  });

  test('goes on when the status cannot be written, which is told and made up for', async () => {
    await cluster.apply(roleFor(HIGRESS, ['wasmplugins']));
    await target.start(onDrift);
    const isRefused = async (): Promise<void> => {
      await expect(target.apply(desired(configFor(`${Math.random()}`)), NEVER)).resolves.toMatchObject({
        kind: 'written',
      });
      expect(target.diagnostics).toMatchObject([{ severity: 'warning', reason: 'StatusNotWritten', path: 'status' }]);
    };
    // What was granted a moment ago may count for a moment more.
    await vi.waitFor(isRefused, PATIENCE);
    await cluster.apply(roleFor(HIGRESS, ['wasmplugins', 'wasmplugins/status']));
    await vi.waitFor(async () => {
      await target.apply(desired(configFor('100')), NEVER);
      expect(await plugin.conditions()).toEqual(READY);
    }, PATIENCE);
    expect(target.diagnostics).toEqual([]);
  });

  test('is told as refused when the right to it is missing, in the status too, and is to be tried again', async () => {
    await cluster.apply(roleFor(HIGRESS, ['wasmplugins/status']));
    await target.start(onDrift);
    await vi.waitFor(async () => {
      const failure = await target
        .apply(desired(configFor(`${Math.random()}`)), NEVER)
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(GraylaneError);
      expect(failure).toMatchObject({ kind: 'ApiForbidden' });
    }, PATIENCE);
    expect(target.diagnostics).toMatchObject([{ severity: 'error', reason: 'WriteRefused' }]);
    expect(await plugin.conditions()).toEqual([
      'Accepted=True/Accepted',
      'Programmed=False/WriteRefused',
      'Ready=False/WriteRefused',
    ]);
  });

  test('is warned of above 512 KiB', async () => {
    await target.start(onDrift);
    expect(await target.apply(desired(configFor(...users(4000))), NEVER)).toMatchObject({ kind: 'written' });
    expect(target.diagnostics).toMatchObject([
      { severity: 'warning', reason: 'ConfigLarge', path: 'spec.defaultConfig' },
    ]);
    expect(idsOf(unpacked(await plugin.config()))).toHaveLength(4000);
  });

  test('has its rules as one text above 64 KiB, and is left alone as long as they are the same', async () => {
    await target.start(onDrift);
    await target.apply(desired(configFor(...users(1000))), NEVER);
    expect(await plugin.config()).toMatchObject({ rules: expect.stringMatching(/^\[\{"id":"shop\/a\//) });
    expect(await target.apply(desired(configFor(...users(1000))), NEVER)).toMatchObject({ kind: 'unchanged' });
    expect(await target.apply(desired(configFor('100')), NEVER)).toMatchObject({ kind: 'written' });
    expect(idsOf(await plugin.config())).toEqual(['shop/a/100']);
  });

  test('is refused above 1 MiB, and withdraws nevertheless what is to go', async () => {
    await target.start(onDrift);
    await target.apply(desired(configFor(...users(10))), NEVER);
    const outcome = await target.apply(desired(configFor(...users(8000, 1))), NEVER);
    expect(outcome).toMatchObject({ kind: 'blocked', reason: 'ConfigTooLarge' });
    expect(Reflect.get(outcome, 'message')).toMatch(/has \d\.\d\d MiB with 8000 rules\. .*--watch-namespaces/);
    expect(idsOf(await plugin.config())).toEqual(users(9, 1).map((user) => `shop/a/${user}`));
    expect((await plugin.conditions())[0]).toBe('Accepted=False/ConfigTooLarge');
    api.takeWrites();
    await target.apply(desired(configFor(...users(8000, 1))), NEVER);
    expect(api.takeWrites().filter((write) => write === 'config')).toEqual([]);
  });

  test('is kept true while the plugin refuses a newer one, and the status says why', async () => {
    await target.start(onDrift);
    const good = desired(configFor('100'));
    await target.apply(good, NEVER);
    const refused = { ...good, refusal: 'The plugin says BadRule at /rules/0: no' };
    expect(await target.apply(refused, NEVER)).toMatchObject({ kind: 'blocked', reason: 'ConfigRefused' });
    expect(await plugin.conditions()).toEqual([
      'Accepted=False/ConfigRefused',
      'Programmed=False/ConfigRefused',
      'Ready=False/ConfigRefused',
    ]);
    await plugin.patch({ spec: { defaultConfig: null } });
    await vi.waitFor(async () => {
      await target.apply(refused, NEVER);
      expect(idsOf(await plugin.config())).toEqual(['shop/a/100']);
    }, PATIENCE);
    expect(onDrift).toHaveBeenCalled();
    await target.apply(good, NEVER);
    await vi.waitFor(async () => expect((await plugin.conditions())[0]).toBe('Accepted=True/Accepted'), PATIENCE);
  });

  test.each([
    ['defaultConfigDisable', true],
    ['pluginConfig', { rules: [] }],
  ])('is told to be in vain while Higress ignores it for %s', async (name, value) => {
    await plugin.patch({ spec: { [name]: value } });
    const keeper = new Keeper(target, desired(configFor('100')));
    await keeper.start();
    await vi.waitFor(async () => {
      expect((await plugin.conditions())[2]).toBe('Ready=False/ConfigIgnored');
    }, PATIENCE);
    expect(await plugin.config()).toEqual(configFor('100'));
    await vi.waitFor(() => expect(keeper.outcomes.at(-1)).toMatchObject({ reason: 'ConfigIgnored' }), PATIENCE);
    expect(target.diagnostics[0]?.message).toContain(`since spec.${name} is set. Remove that field`);
    await plugin.patch({ spec: { [name]: null } });
    await vi.waitFor(async () => expect(await plugin.conditions()).toEqual(READY), PATIENCE);
    await keeper.close();
  });

  test('is told to be bypassed where the WasmPlugin has rules for some requests', async () => {
    await plugin.patch({ spec: { matchRules: [{ domain: ['*'], config: { rules: [] } }] } });
    await target.start(onDrift);
    await target.apply(desired(configFor('100')), NEVER);
    const told = target.diagnostics.map(({ reason, path, severity }) => [reason, path, severity]);
    expect(told).toEqual([['ConfigBypassed', 'spec.matchRules', 'warning']]);
    expect(await plugin.config()).toEqual(configFor('100'));
  });

  test('puts off a status that is only newer, and never leaves it so', async () => {
    await target.start(onDrift);
    for (let i = 0; i < 20; i += 1) await target.apply(desired(configFor(`${i}`)), NEVER);
    const writes = api.takeWrites();
    expect(writes.filter((write) => write === 'config')).toHaveLength(20);
    expect(writes.filter((write) => write === 'status').length).toBeLessThan(10);
    await vi.waitFor(async () => {
      if (onDrift.mock.calls.length > 0) await target.apply(desired(configFor('19')), NEVER);
      expect(at(await plugin.read(), 'status', 'revision')).toBe('for-19');
    }, PATIENCE);
  });

  test('is urgent when a rule that is there is to go, or is another one', async () => {
    await target.start(onDrift);
    expect(target.isUrgent(desired(configFor()))).toBe(false);
    await target.apply(desired(configFor('100', '200')), NEVER);
    expect(target.isUrgent(desired(configFor('100')))).toBe(true);
    expect(target.isUrgent(desired(configFor('100', '200', '300')))).toBe(false);
    const { rules = [] } = configFor('100', '200');
    const changed = rules.map((rule) => ({ ...rule, conditions: configFor('300').rules?.[0]?.conditions ?? [] }));
    expect(target.isUrgent(desired({ revision: 'r', rules: changed }))).toBe(true);
  });

  test('is urgent when a rule is to go that is being written', async () => {
    await target.start(onDrift);
    api.delayMs = 200;
    const writing = target.apply(desired(configFor('100')), NEVER);
    await vi.waitFor(() => expect(target.isUrgent(desired(configFor()))).toBe(true), PATIENCE);
    await writing;
  });

  test('is not begun when it is not wanted any more', async () => {
    await target.start(onDrift);
    const gone = AbortSignal.abort();
    await expect(target.apply(desired(configFor('100')), gone)).rejects.toBeInstanceOf(GraylaneError);
    expect(api.takeWrites()).toEqual([]);
  });

  test('is finished when that is soon, though it is not wanted any more', async () => {
    await target.start(onDrift);
    api.delayMs = 50;
    const abort = new AbortController();
    const writing = target.apply(desired(configFor('100')), abort.signal);
    await vi.waitFor(() => expect(api.requests.some(({ method }) => method === 'PATCH')).toBe(true), PATIENCE);
    abort.abort();
    expect(await writing).toMatchObject({ kind: 'written' });
    expect(api.takeWrites()).toEqual(['config']);
  });

  test('that failed is not tried again at once for want of a change', async () => {
    await target.start(onDrift);
    onDrift.mockClear();
    await expect(target.apply(desired(configFor('100')), AbortSignal.abort())).rejects.toBeInstanceOf(GraylaneError);
    await cluster.admin.request({ method: 'GET', path: '/version' });
    expect(onDrift).not.toHaveBeenCalled();
  });

  test('is given up when an answer does not come and it is not wanted any more', async () => {
    await target.start(onDrift);
    api.delayMs = 30_000;
    const abort = new AbortController();
    const writing = target.apply(desired(configFor('100')), abort.signal);
    await vi.waitFor(() => expect(api.requests.some(({ method }) => method === 'PATCH')).toBe(true), PATIENCE);
    abort.abort();
    await expect(writing).rejects.toThrow();
  });

  test('comes to an end on a slow API server, although none is wanted any more as soon as it is sent', async () => {
    await target.start(onDrift);
    // Longer than a write may take at first when it is not wanted any more.
    api.delayMs = 800;
    const attempt = async (): Promise<boolean> => {
      const abort = new AbortController();
      api.requests.splice(0);
      const writing = target.apply(desired(configFor('100')), abort.signal);
      await vi.waitFor(() => expect(api.requests.some(({ method }) => method === 'PATCH')).toBe(true), PATIENCE);
      abort.abort();
      return writing.then(
        () => true,
        () => false,
      );
    };
    const attempts: boolean[] = [];
    while (attempts.length < 5 && !attempts.includes(true)) attempts.push(await attempt());
    expect(attempts[0]).toBe(false);
    expect(attempts.at(-1)).toBe(true);
  });

  test('is waited for the longer the larger it is', async () => {
    await target.start(onDrift);
    const users = Array.from({ length: 1000 }, (_, index) => `user-${index}`);
    for (const config of [configFor('100'), { ...configFor(...users), revision: 'large' }]) {
      await target.apply(desired(config), NEVER);
    }
    const patches = api.requests.filter(({ method, path }) => method === 'PATCH' && !path.endsWith('/status'));
    const [small = 0, large = 0] = patches.map(({ timeoutMs = 0 }) => timeoutMs);
    expect(small).toBeGreaterThan(0);
    expect(large).toBeGreaterThan(small + 1000);
  });

  test('without an answer is not taken for done: what was there before is written again', async () => {
    await target.start(onDrift);
    await target.apply(desired(configFor('100')), NEVER);
    api.isBlind = true;
    api.delayMs = 30_000;
    const abort = new AbortController();
    const writing = target.apply(desired(configFor('200')), abort.signal);
    await vi.waitFor(async () => expect(await plugin.config()).toEqual(configFor('200')), PATIENCE);
    abort.abort();
    await expect(writing).rejects.toThrow();
    api.delayMs = 0;
    // As far as the target has seen, the WasmPlugin still has just this configuration.
    expect(await target.apply(desired(configFor('100')), NEVER)).toMatchObject({ kind: 'written' });
    expect(await plugin.config()).toEqual(configFor('100'));
  });

  test('fails while the API server is frozen, and works as soon as it is not', async () => {
    await target.start(onDrift);
    cluster.freeze();
    try {
      const failure = await target.apply(desired(configFor('100')), NEVER).catch((error: unknown) => error);
      expect(failure).toMatchObject({ kind: 'ApiUnreachable' });
    } finally {
      cluster.thaw();
    }
    await target.apply(desired(configFor('200')), NEVER);
    await vi.waitFor(async () => expect(await plugin.config()).toEqual(configFor('200')), PATIENCE);
  });
});

describe.skipIf(!HAS_CLUSTER)('a WasmPlugin of a kind that nobody serves', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster({ crds: false });
    await cluster.apply(roleFor(HIGRESS, ['wasmplugins', 'wasmplugins/status']));
  });
  afterAll(() => cluster?.stop());

  test('is missing, and is filled when it can be made and is', async () => {
    const api = await agentApi(cluster);
    const target = targetOf(api, HIGRESS);
    const keeper = new Keeper(target, desired(configFor('100')));
    await keeper.start();
    await vi.waitFor(() => expect(keeper.outcomes.at(-1)).toMatchObject({ reason: 'TargetMissing' }), PATIENCE);
    await cluster.apply(await readFile(CRD, 'utf8'));
    const plugin = new PluginObject(cluster, HIGRESS);
    await plugin.create();
    await vi.waitFor(async () => expect(await plugin.conditions()).toEqual(READY), PATIENCE);
    await keeper.close();
    api.close();
  });
});
