import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { at, listAt, textAt } from '../../agent/model/json.ts';
import type { Passed } from './fault.ts';
import { releasedLane } from './released-lane.ts';
import { HAS_STAGE, Stage } from './stage.ts';

const windowMs = 10_000;
const FOREIGN = 'foreign/a/1/0';
const ROLLOUT_CRD = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/rollouts.rollouts.kruise.io';
const PLUGIN_CRD = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/wasmplugins.extensions.higress.io';

describe.skipIf(!HAS_STAGE)('when somebody meddles with what the agent needs', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
    await stage.startAgent();
    await stage.cluster.apply(releasedLane('shop'));
    await stage.until('the rule is in force', async () => (await stage.rules()).includes('shop/a/1/0'));
  });

  afterAll(() => stage?.close());

  /** Somebody applies rules of their own, by force; none: gives up what is theirs. */
  const meddle = async (...ids: readonly string[]): Promise<void> => {
    const rules = ids.map((id) => ({ id, conditions: [], headers: { set: [{ name: 'x-mse-tag', value: 'gray' }] } }));
    const spec = ids.length === 0 ? {} : { defaultConfig: { rules } };
    const body = {
      apiVersion: 'extensions.higress.io/v1alpha1',
      kind: 'WasmPlugin',
      metadata: { name: 'graylane' },
      spec,
    };
    await stage.cluster.admin.request({
      method: 'PATCH',
      path: stage.pluginPath,
      query: { fieldManager: 'meddler', force: true },
      contentType: 'application/apply-patch+yaml',
      body,
    });
  };
  const reasonOf = async (type: string): Promise<string | undefined> => {
    const plugin = await stage.cluster.admin.request({ method: 'GET', path: stage.pluginPath });
    const conditions = listAt(plugin, 'status', 'conditions');
    return textAt(
      conditions.find((condition) => textAt(condition, 'type') === type),
      'reason',
    );
  };
  const expectNothingWrong = (): void => {
    // What is left when the other one gives up its rules is no work of the agent's either.
    const isForeign = (config: unknown): boolean =>
      at(config, 'rules') === undefined || JSON.stringify(config).includes(FOREIGN);
    expect(stage.verdict({ windowMs, isForeign }).wrong).toEqual([]);
    expect(stage.forbidden).toEqual([]);
    expect(stage.agents[0]?.died).toBeUndefined();
  };

  test('a configuration that another field manager took is left to it and reported, and is put back when it gives up', async () => {
    await meddle(FOREIGN);
    await stage.until('it is reported', async () => (await reasonOf('Programmed')) === 'FieldConflict');
    expect(await stage.rules()).toEqual([FOREIGN]);
    await meddle();
    await stage.settled(60_000);
    expect(await stage.rules()).toEqual(['shop/a/1/0']);
    await stage.until('it is reported', async () => (await reasonOf('Programmed')) !== 'FieldConflict');
    expectNothingWrong();
  });

  test('a configuration that is taken just before the agent says that it is in force is noticed at once', async () => {
    await meddle(FOREIGN);
    await stage.until('it is reported', async () => (await reasonOf('Programmed')) === 'FieldConflict');
    const isStatus = ({ method, path }: Passed): boolean => method === 'PATCH' && path.endsWith('/status');
    stage.proxy.inject({ on: isStatus, effect: { kind: 'delay', ms: 2000 } });
    await meddle();
    await stage.until('the rule is back', async () => (await stage.rules()).includes('shop/a/1/0'));
    await meddle(FOREIGN);
    await stage.until('the agent has said so', async () => (await reasonOf('Programmed')) !== 'FieldConflict');
    stage.proxy.heal();
    // Far sooner than it looks at everything again.
    await stage.until('it is reported', async () => (await reasonOf('Programmed')) === 'FieldConflict', 15_000);
    await meddle();
    await stage.settled(60_000);
    expectNothingWrong();
  });

  test('a WasmPlugin that is deleted is not made by the agent, and is filled when somebody else makes it', async () => {
    await stage.cluster.admin.request({ method: 'DELETE', path: stage.pluginPath });
    await vi.waitFor(() => expect(stage.agents[0]?.log).toContain('TargetMissing'), { timeout: 30_000 });
    await stage.installPlugin();
    await stage.settled(60_000);
    expect(await stage.rules()).toEqual(['shop/a/1/0']);
    expectNothingWrong();
  });

  test('a WasmPlugin whose kind is removed is filled when kind and object are back', async () => {
    const definition = await stage.removeDefinition(PLUGIN_CRD);
    await stage.cluster.apply([definition]);
    await stage.installPlugin();
    await stage.settled(60_000);
    expect(await stage.rules()).toEqual(['shop/a/1/0']);
    expectNothingWrong();
  });

  test('Rollouts whose kind is removed are gone with their rules; with the kind they come back', async () => {
    const definition = await stage.removeDefinition(ROLLOUT_CRD);
    await stage.until('the rule is withdrawn', async () => (await stage.rules()).length === 0);
    await stage.cluster.apply([definition, ...releasedLane('shop')]);
    await stage.until('the rule is back', async () => (await stage.rules()).includes('shop/a/1/0'));
    await stage.settled(30_000);
    expectNothingWrong();
  });
});
