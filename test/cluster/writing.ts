import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { at, textAt } from '../../agent/model/json.ts';
import type { Flavour } from '../../agent/targets/wasmplugin/flavour.ts';
import type { WasmPluginTarget } from '../../agent/targets/wasmplugin/target.ts';
import { type Cluster, type ClusterOptions, startCluster } from './cluster.ts';
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

/** The behaviour that is the same on every API server. */
export function describeWriting(server: NonNullable<ClusterOptions['server']>, flavour: Flavour): void {
  describe(`the WasmPlugin of ${flavour.name} on ${server}`, () => {
    let cluster: Cluster;
    let plugin: PluginObject;
    let api: RecordingApi;
    let target: WasmPluginTarget;
    const onDrift = vi.fn();
    const field = `spec.${flavour.field}`;

    beforeAll(async () => {
      cluster = await startCluster({ server });
      plugin = new PluginObject(cluster, flavour);
      if (server === 'kube-apiserver') {
        await cluster.apply(roleFor(flavour, ['wasmplugins', 'wasmplugins/status']));
      }
    });
    afterAll(() => cluster?.stop());

    beforeEach(async () => {
      await plugin.delete();
      await plugin.create();
      api = await agentApi(cluster);
      target = targetOf(api, flavour);
      onDrift.mockReset();
    });
    afterEach(async () => {
      await target.close();
      api.close();
      expect(api.refusals.filter(({ status }) => status === 403)).toEqual([]);
    });

    test('gets the configuration, and nothing else of it is written', async () => {
      const before = await plugin.read();
      await target.start(onDrift);
      const config = configFor('100', '200');
      expect(await target.apply(desired(config), NEVER)).toEqual({ kind: 'written', what: field });
      const after = await plugin.read();
      expect(at(after, 'spec')).toEqual({ ...Object(at(before, 'spec')), [flavour.field]: config });
      expect(at(after, 'metadata', 'labels')).toEqual(at(before, 'metadata', 'labels'));
      const { 'graylane Apply': own, 'graylane-status Apply': status } = await plugin.owners();
      expect(own).toEqual([`${field}.revision`, `${field}.rules`]);
      expect(status).toEqual(['status.conditions', 'status.observedGeneration', 'status.revision']);
    });

    test('is not written when it is like that already', async () => {
      await target.start(onDrift);
      await target.apply(desired(configFor('100')), NEVER);
      expect(api.takeWrites()).toEqual(['config', 'status']);
      expect(await target.apply(desired(configFor('100')), NEVER)).toEqual({ kind: 'unchanged' });
      expect(api.takeWrites()).toEqual([]);
    });

    test('is not written by an agent that takes over and finds it right', async () => {
      await target.start(onDrift);
      await target.apply(desired(configFor('100')), NEVER);
      const successorApi = await agentApi(cluster);
      const successor = targetOf(successorApi, flavour);
      await successor.start(onDrift);
      expect(await successor.apply(desired(configFor('100')), NEVER)).toEqual({ kind: 'unchanged' });
      expect(successorApi.takeWrites()).toEqual([]);
      await successor.close();
      successorApi.close();
    });

    test('says in its status how it stands, once', async () => {
      const keeper = new Keeper(target, desired(configFor('100')));
      await keeper.start();
      await vi.waitFor(async () => expect(await plugin.conditions()).toEqual(READY), PATIENCE);
      const told = await plugin.read();
      expect(at(told, 'status')).toMatchObject({
        revision: 'for-100',
        observedGeneration: at(told, 'metadata', 'generation'),
      });
      // Somebody else's change shows that all that came before was seen.
      await plugin.patch({ spec: { priority: 401 } });
      await vi.waitFor(async () => {
        const now = await plugin.read();
        expect(at(now, 'status', 'observedGeneration')).toBe(at(now, 'metadata', 'generation'));
      }, PATIENCE);
      await keeper.close();
      expect(api.takeWrites()).toEqual(['config', 'status', 'status']);
      const after = await plugin.read();
      expect(at(after, 'spec', 'priority')).toBe(401);
      expect(at(after, 'status', 'conditions', 2, 'lastTransitionTime')).toBe(
        at(told, 'status', 'conditions', 2, 'lastTransitionTime'),
      );
    });

    test('is not taken for changed by others when the watch tells late of what was written', async () => {
      await target.start(onDrift);
      onDrift.mockClear();
      api.lagMs = 300;
      const before = api.told;
      await target.apply(desired(configFor('100')), NEVER);
      expect(api.takeWrites()).toEqual(['config', 'status']);
      await vi.waitFor(() => expect(api.told).toBe(before + 2), PATIENCE);
      expect(onDrift).not.toHaveBeenCalled();
      // Nor is it read again.
      expect(api.requests.filter(({ path }) => path.endsWith('/graylane'))).toEqual([]);
    });

    test('is put back when somebody empties it', async () => {
      const keeper = new Keeper(target, desired(configFor('100')));
      await keeper.start();
      await vi.waitFor(async () => expect(await plugin.config()).toEqual(configFor('100')), PATIENCE);
      await plugin.patchConfig(null);
      await vi.waitFor(async () => expect(await plugin.config()).toEqual(configFor('100')), PATIENCE);
      await keeper.close();
    });

    test('stays with another field manager, who is named, until that is forced', async () => {
      await target.start(onDrift);
      await target.apply(desired(configFor('100')), NEVER);
      onDrift.mockClear();
      await plugin.patchConfig({ rules: [] }, 'kubectl-edit');
      await vi.waitFor(() => expect(onDrift).toHaveBeenCalled(), PATIENCE);
      const outcome = await target.apply(desired(configFor('100')), NEVER);
      expect(outcome).toMatchObject({ kind: 'blocked', reason: 'FieldConflict' });
      expect(Reflect.get(outcome, 'message')).toContain(`Field manager kubectl-edit owns ${field}.rules. Let it `);
      expect(await plugin.config()).toEqual({ ...configFor('100'), rules: [] });
      expect(await plugin.conditions()).toEqual([
        'Accepted=True/Accepted',
        'Programmed=False/FieldConflict',
        'Ready=False/FieldConflict',
      ]);
      expect(target.diagnostics).toMatchObject([
        { severity: 'error', object: { kind: 'WasmPlugin', name: 'graylane' }, path: field, reason: 'FieldConflict' },
      ]);

      const forcing = targetOf(api, flavour, { forceConflicts: true });
      await forcing.start(onDrift);
      expect(await forcing.apply(desired(configFor('100')), NEVER)).toMatchObject({ kind: 'written' });
      expect(await plugin.config()).toEqual(configFor('100'));
      expect(await plugin.conditions()).toEqual(READY);
      await forcing.close();
    });

    test('goes back to graylane when the other field manager lets go', async () => {
      await plugin.patchConfig({ rules: [] }, 'kubectl-edit');
      const keeper = new Keeper(target, desired(configFor('100')));
      await keeper.start();
      await vi.waitFor(() => expect(keeper.outcomes.at(-1)).toMatchObject({ reason: 'FieldConflict' }), PATIENCE);
      await plugin.patchConfig(null, 'kubectl-edit');
      await vi.waitFor(async () => expect(await plugin.conditions()).toEqual(READY), PATIENCE);
      await keeper.close();
      expect(target.diagnostics).toEqual([]);
    });

    test('is not fought for endlessly', async () => {
      const keeper = new Keeper(targetOf(api, flavour, { forceConflicts: true }), desired(configFor('100')));
      await keeper.start();
      let rounds = 0;
      while (!keeper.outcomes.some((outcome) => outcome.kind === 'blocked')) {
        rounds += 1;
        await plugin.patchConfig({ rules: [{ id: `evil-${rounds}` }] }, 'rival');
        const isOver = async (): Promise<void> => {
          const isBlocked = keeper.outcomes.some(({ kind }) => kind === 'blocked');
          expect(isBlocked || textAt(await plugin.config(), 'rules', 0, 'id') === 'shop/a/100').toBe(true);
        };
        await vi.waitFor(isOver, PATIENCE);
      }
      await keeper.close();
      expect(keeper.outcomes.at(-1)).toMatchObject({ kind: 'blocked', reason: 'ConfigContested' });
      expect(Reflect.get(keeper.outcomes.at(-1) ?? {}, 'message')).toContain(
        `Field manager rival keeps changing ${field}.`,
      );
      expect(api.takeWrites().filter((write) => write === 'config').length).toBeLessThanOrEqual(10);
      expect(rounds).toBeGreaterThan(3);
    });

    test('with keys of others in the configuration is not what was applied', async () => {
      await plugin.patchConfig({ clientTag: 'keep' }, 'kubectl-edit');
      await target.start(onDrift);
      const outcome = await target.apply(desired(configFor('100')), NEVER);
      expect(outcome).toMatchObject({ kind: 'blocked', reason: 'NotStored' });
      expect(Reflect.get(outcome, 'message')).toContain(
        `${field} differs from what was applied in clientTag; field manager kubectl-edit has part in it.`,
      );
      expect(await plugin.config()).toEqual({ ...configFor('100'), clientTag: 'keep' });
      expect((await plugin.conditions())[1]).toBe('Programmed=False/NotStored');
    });

    test('that was deleted is not made, and is filled as soon as somebody makes it', async () => {
      const keeper = new Keeper(target, desired(configFor('100')));
      await keeper.start();
      await vi.waitFor(async () => expect(await plugin.conditions()).toEqual(READY), PATIENCE);
      await plugin.delete();
      await vi.waitFor(() => expect(keeper.outcomes.at(-1)).toMatchObject({ reason: 'TargetMissing' }), PATIENCE);
      await expect(plugin.read()).rejects.toMatchObject({ status: 404 });
      expect(target.diagnostics).toMatchObject([{ reason: 'TargetMissing', path: '' }]);
      await plugin.create();
      await vi.waitFor(async () => expect(await plugin.conditions()).toEqual(READY), PATIENCE);
      expect(await plugin.config()).toEqual(configFor('100'));
      await keeper.close();
    });

    test('that was deleted without having been seen is not made either', async () => {
      await target.start(onDrift);
      await target.apply(desired(configFor('100')), NEVER);
      api.isBlind = true;
      await plugin.delete();
      const outcome = await target.apply(desired(configFor('200')), NEVER);
      expect(outcome).toMatchObject({ kind: 'blocked', reason: 'TargetMissing' });
      await expect(plugin.read()).rejects.toMatchObject({ status: 404 });
    });

    test('that was deleted and made anew without having been seen gets the configuration', async () => {
      await target.start(onDrift);
      await target.apply(desired(configFor('100')), NEVER);
      api.isBlind = true;
      await plugin.delete();
      await plugin.create();
      expect(await target.apply(desired(configFor('200')), NEVER)).toMatchObject({ kind: 'written' });
      expect(await plugin.config()).toEqual(configFor('200'));
    });
  });
}
