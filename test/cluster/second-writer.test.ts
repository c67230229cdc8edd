import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, listAt, textAt } from '../../agent/model/json.ts';
import { releasedLane, rolloutOf, stepPaused } from './released-lane.ts';
import { HAS_STAGE, Stage } from './stage.ts';

const FOREIGN = 'foreign/a/1/0';
/** How often a configuration is put back at once, and a few more as time goes by. */
const PATIENCE = 8;
const FIGHT_MS = 8000;
const windowMs = 10_000;

describe.skipIf(!HAS_STAGE)('an agent that may take its field from others, against one that takes it each time', () => {
  let stage: Stage;
  let fighting = true;
  let isOver: Promise<void>;

  beforeAll(async () => {
    stage = await Stage.open();
    await stage.startAgent('--force-conflicts');
    await stage.cluster.apply(releasedLane('shop'));
    await stage.until('the rule is in force', async () => (await stage.rules()).includes('shop/a/1/0'));
  });
  afterAll(async () => {
    fighting = false;
    await isOver;
    await stage?.close();
  });

  const take = (rules: readonly object[] | undefined): Promise<unknown> =>
    stage.cluster.admin.request({
      method: 'PATCH',
      path: stage.pluginPath,
      query: { fieldManager: 'fighter', force: true },
      contentType: 'application/apply-patch+yaml',
      body: {
        apiVersion: 'extensions.higress.io/v1alpha1',
        kind: 'WasmPlugin',
        metadata: { name: 'graylane' },
        spec: rules === undefined ? {} : { defaultConfig: { rules } },
      },
    });
  /** Takes the field whenever it is not as wanted. */
  const fight = async (): Promise<void> => {
    while (fighting) {
      if (!(await stage.rules()).includes(FOREIGN)) await take([{ id: FOREIGN, conditions: [], headers: { set: [] } }]);
      await sleep(20);
    }
  };
  const putBack = (): number => {
    const ids = stage.history.changes
      .filter(({ object }) => object?.kind === 'WasmPlugin')
      .map(({ object }) =>
        listAt(object, 'spec', 'defaultConfig', 'rules')
          .map((rule) => textAt(rule, 'id'))
          .join(),
      );
    return ids.filter((text, index) => text.includes('shop/a') && text !== ids[index - 1]).length;
  };
  const reason = async (): Promise<string | undefined> => {
    const plugin = await stage.cluster.admin.request({ method: 'GET', path: stage.pluginPath });
    const conditions = listAt(plugin, 'status', 'conditions');
    return textAt(
      conditions.find((condition) => textAt(condition, 'type') === 'Programmed'),
      'reason',
    );
  };

  test('gives in after some times and says so, since a fight would only keep the gateways busy', async () => {
    isOver = fight();
    await stage.until('it is reported', async () => (await reason()) === 'ConfigContested');
    const before = putBack();
    await sleep(FIGHT_MS);
    expect(before).toBeGreaterThan(2);
    expect(putBack()).toBeLessThan(before + PATIENCE);
  });

  test('still brings what is new, for a release goes on', async () => {
    await stage.cluster.apply([rolloutOf('shop', 'a', stepPaused(2))]);
    const isNew = (): boolean =>
      stage.history.changes.some(({ object }) => JSON.stringify(object?.['spec'] ?? {}).includes('shop/a/2/0'));
    await stage.until('the new configuration was written once', async () => isNew());
  });

  test('has its configuration in force when the other one gives up, and nothing of its own was wrong', async () => {
    fighting = false;
    await isOver;
    await take(undefined);
    await stage.settled(60_000);
    expect(await stage.rules()).toEqual(['shop/a/2/0']);
    const isForeign = (config: unknown): boolean =>
      at(config, 'rules') === undefined || JSON.stringify(config).includes(FOREIGN);
    expect(stage.verdict({ windowMs, isForeign }).wrong).toEqual([]);
    expect(stage.forbidden).toEqual([]);
  });
});
