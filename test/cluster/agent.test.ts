import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { objectPath } from '../../agent/kubernetes/resource.ts';
import { at, listAt, textAt } from '../../agent/model/json.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';
import { judgeOf } from '../../agent/wasm/judge.ts';
import { PluginModule } from '../../agent/wasm/module.ts';
import { type Ended, graylane } from '../cli/terminal.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { otherKinds } from './other-kinds.ts';
import { releasedLane, rolloutOf, stepPaused } from './released-lane.ts';
import { ACCOUNT, HAS_STAGE, installation, OBJECT_WORDS } from './stage.ts';

const plugin = PluginModule.load(readFileSync(fileURLToPath(new URL('../../build/plugin.wasm', import.meta.url))));

describe.skipIf(!HAS_STAGE)('graylane run on a cluster, with the rights that the chart gives', () => {
  let cluster: Cluster;
  let stop: AbortController;
  let log: string;

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.apply([...otherKinds(), ...(await installation())]);
  });
  afterAll(() => cluster.stop());
  beforeEach(() => {
    stop = new AbortController();
    log = '';
  });
  afterEach(() => stop.abort());

  const run = async (words: readonly string[] = []): Promise<Ended> =>
    graylane(
      ['run', '--kubeconfig', await cluster.kubeconfig(ACCOUNT), '--target', 'higress', ...OBJECT_WORDS, ...words],
      {
        interruption: stop.signal,
        judge: () => judgeOf(plugin),
        onError: (text) => {
          log = text;
        },
      },
    );
  const live = (): Promise<unknown> =>
    cluster.admin.request({ method: 'GET', path: objectPath(HIGRESS.resource, 'higress-system', 'graylane') });
  const rules = async (): Promise<readonly (string | undefined)[]> =>
    listAt(await live(), 'spec', 'defaultConfig', 'rules').map((rule) => textAt(rule, 'id'));
  const events = async (): Promise<readonly (string | undefined)[]> => {
    const path = '/apis/events.k8s.io/v1/namespaces/shop/events';
    const items = listAt(await cluster.admin.request({ method: 'GET', path }), 'items');
    const ofEntry = items.filter((event) => textAt(event, 'regarding', 'name') === 'a');
    return [...new Set(ofEntry.map((event) => textAt(event, 'reason')))].sort();
  };
  const ready = async (): Promise<unknown> =>
    listAt(await live(), 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Ready');

  test('brings the rule of a live Rollout into the WasmPlugin, and takes it out when the release is over', async () => {
    await cluster.apply([...releasedLane('shop'), rolloutOf('shop', 'a', { ...stepPaused(1), phase: 'Healthy' })]);
    const ended = run();
    await vi.waitFor(async () => expect(at(await ready(), 'status')).toBe('True'), { timeout: 30_000 });
    await cluster.apply([rolloutOf('shop', 'a', stepPaused(1))]);
    await vi.waitFor(async () => expect(await rules()).toEqual(['shop/a/1/0']), { timeout: 30_000 });
    await cluster.apply([rolloutOf('shop', 'a', stepPaused(2))]);
    await vi.waitFor(async () => expect(await rules()).toEqual(['shop/a/2/0']), { timeout: 30_000 });
    await cluster.apply([rolloutOf('shop', 'a', stepPaused(2, 'StepPaused', 'Cancelling'))]);
    await vi.waitFor(async () => expect(await rules()).toEqual([]), { timeout: 30_000 });
    await vi.waitFor(async () => expect(await events()).toEqual(['LaneActivated', 'LaneDeactivated']), {
      timeout: 30_000,
    });
    stop.abort();
    expect(await ended).toMatchObject({ code: 0, out: '' });
    expect(log).toContain('info stopped');
    expect(log).not.toMatch(/forbidden/i);
  });
});
