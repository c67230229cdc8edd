import { describe, expect, test } from 'vitest';
import { compile } from '../../agent/compile/compile.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { type ReleaseFixture, rollout } from '../compile/rollout-fixture.ts';
import { Expectations } from './expectation.ts';
import type { Change } from './history.ts';
import { idsOf, type Judging, judge, type Verdict } from './judge.ts';

const ROLLOUT = '/registry/rollouts.kruise.io/rollouts/default/a';
const PLUGIN = '/registry/extensions.higress.io/wasmplugins/higress-system/graylane';

/** Something that happened: the Rollout came to be so, or a configuration was written that is right for it when it is so. */
type Happening = readonly [atMs: number, what: 'is' | 'written', fixture: ReleaseFixture];

function verdictOn(happenings: readonly Happening[], judging: Partial<Judging> = {}): Verdict {
  const changes = happenings.map(([atMs, what, fixture], index): Change => {
    const revision = index + 1;
    if (what === 'is') return { revision, atMs, key: ROLLOUT, object: rollout(fixture) };
    return {
      revision,
      atMs,
      key: PLUGIN,
      object: plugin(compile({ objects: [rollout(fixture)], nowMs: 0 }).pluginConfig),
    };
  });
  return judge(changes, new Expectations(changes), { plugin: 'higress-system/graylane', windowMs: 100, ...judging });
}

function plugin(defaultConfig: unknown): KubernetesObject {
  const metadata = { name: 'graylane', namespace: 'higress-system' };
  return { apiVersion: 'extensions.higress.io/v1alpha1', kind: 'WasmPlugin', metadata, spec: { defaultConfig } };
}

const OVER: ReleaseFixture = { reason: 'Cancelling' };

describe('the judge of what was written', () => {
  test('finds nothing wrong with configurations that follow the Rollout', () => {
    const verdict = verdictOn([
      [0, 'is', { step: 1 }],
      [10, 'written', { step: 1 }],
      [500, 'is', { step: 2 }],
      [510, 'written', { step: 2 }],
      [900, 'is', OVER],
      [930, 'written', OVER],
    ]);
    expect(verdict.wrong).toEqual([]);
    expect(verdict.pushes.map(({ rules }) => [...rules.values()].flatMap(idsOf))).toEqual([
      ['default/a/1/0'],
      ['default/a/2/0'],
      [],
    ]);
    expect(verdict.slowestMs).toBe(30);
  });

  test('lets states be left out that were over before they could be written', () => {
    const happenings: readonly Happening[] = [
      [0, 'is', { step: 1 }],
      [10, 'written', { step: 1 }],
      [50, 'is', OVER],
      [60, 'is', { step: 3 }],
      [80, 'written', { step: 3 }],
    ];
    expect(verdictOn(happenings).wrong).toEqual([]);
  });

  test('finds a configuration of a state that never was', () => {
    const { wrong } = verdictOn([
      [0, 'is', { step: 1 }],
      [10, 'written', { step: 2 }],
    ]);
    expect(wrong).toEqual([expect.stringContaining('default has [default/a/2/0], not what it was at any moment')]);
  });

  test('finds a configuration of a state that is over for longer than the window', () => {
    const { wrong } = verdictOn([
      [0, 'is', { step: 1 }],
      [500, 'is', OVER],
      [601, 'written', { step: 1 }],
    ]);
    expect(wrong).toHaveLength(1);
    expect(
      verdictOn([
        [0, 'is', { step: 1 }],
        [500, 'is', OVER],
        [599, 'written', { step: 1 }],
      ]).wrong,
    ).toEqual([]);
  });

  test('finds a configuration that goes back to an earlier state, even within the window', () => {
    const { wrong } = verdictOn([
      [0, 'is', { step: 1 }],
      [10, 'written', { step: 1 }],
      [20, 'is', OVER],
      [30, 'written', OVER],
      [40, 'written', { step: 1 }],
    ]);
    expect(wrong).toHaveLength(1);
  });

  test('finds rules that stayed for longer than the window after they ceased to be right', () => {
    const { wrong } = verdictOn([
      [0, 'is', { step: 1 }],
      [10, 'written', { step: 1 }],
      [20, 'is', OVER],
      [121, 'written', OVER],
    ]);
    expect(wrong).toEqual([expect.stringMatching(/^default: rules stayed for 101 ms after revision 3/)]);
  });

  test('finds rules of a namespace in which nothing is', () => {
    const changes: readonly Change[] = [
      { revision: 1, atMs: 0, key: PLUGIN, object: plugin({ rules: [{ id: 'nowhere/a/1/0' }] }) },
    ];
    const judging = { plugin: 'higress-system/graylane', windowMs: 100 };
    expect(judge(changes, new Expectations(changes), judging).wrong).toHaveLength(1);
  });

  test('takes no account of what somebody else wrote', () => {
    const isForeign = (config: unknown): boolean => JSON.stringify(config).includes('default/a/2/0');
    const happenings: readonly Happening[] = [
      [0, 'is', { step: 1 }],
      [10, 'written', { step: 2 }],
    ];
    expect(verdictOn(happenings, { isForeign })).toMatchObject({ wrong: [], pushes: [] });
  });

  test('lets pods be seen as they were before, for as long as kinds may be apart', () => {
    const pod = (ready: boolean): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'gray', namespace: 'default', ...{ labels: { 'pod-template-hash': 'gray' } } },
      status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    });
    const written = (...objects: readonly KubernetesObject[]): KubernetesObject =>
      plugin(compile({ objects, nowMs: 0 }).pluginConfig);
    const key = '/registry/pods/default/gray';
    const changes: readonly Change[] = [
      { revision: 1, atMs: 0, key, object: pod(false) },
      { revision: 2, atMs: 10, key: ROLLOUT, object: rollout({ step: 1 }) },
      { revision: 3, atMs: 20, key, object: pod(true) },
      { revision: 4, atMs: 30, key: PLUGIN, object: written(rollout({ step: 1 }), pod(true)) },
      { revision: 5, atMs: 40, key: ROLLOUT, object: rollout({ step: 2 }) },
      { revision: 6, atMs: 50, key: PLUGIN, object: written(rollout({ step: 2 }), pod(false)) },
    ];
    const judging = { plugin: 'higress-system/graylane', windowMs: 100 };
    expect(judge(changes, new Expectations(changes), judging)).toMatchObject({ wrong: [], skewed: 1 });
    expect(judge(changes, new Expectations(changes), { ...judging, skewMs: 15 }).wrong).toHaveLength(1);
  });
});
