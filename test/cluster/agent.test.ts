import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { objectPath } from '../../agent/kubernetes/resource.ts';
import { at, listAt, textAt } from '../../agent/model/json.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';
import { judgeOf } from '../../agent/wasm/judge.ts';
import { PluginModule } from '../../agent/wasm/module.ts';
import { type Ended, graylane } from '../cli/terminal.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { releasedLane, rolloutOf, stepPaused } from './released-lane.ts';

const plugin = PluginModule.load(readFileSync(fileURLToPath(new URL('../../build/plugin.wasm', import.meta.url))));
const WASM_PLUGIN = {
  apiVersion: 'extensions.higress.io/v1alpha1',
  kind: 'WasmPlugin',
  metadata: { name: 'graylane', namespace: 'higress-system' },
  spec: { url: 'file:///opt/plugins/graylane/plugin.wasm', priority: 400 },
};

describe.skipIf(!HAS_CLUSTER)('graylane run on a cluster', () => {
  let cluster: Cluster;
  let stop: AbortController;
  let log: string;

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.apply([WASM_PLUGIN]);
  });
  afterAll(() => cluster.stop());
  beforeEach(() => {
    stop = new AbortController();
    log = '';
  });
  afterEach(() => stop.abort());

  const run = async (words: readonly string[] = []): Promise<Ended> =>
    graylane(['run', '--kubeconfig', await cluster.kubeconfig(), '--target', 'higress', ...words], {
      interruption: stop.signal,
      judge: () => judgeOf(plugin),
      onError: (text) => {
        log = text;
      },
    });
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
  });
});
