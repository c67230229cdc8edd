import { describe, expect, test } from 'vitest';
import { compile } from '../../agent/compile/compile.ts';
import type { Memory } from '../../agent/model/compiled.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { deployment, type ReleaseFixture, rollout } from './rollout-fixture.ts';

/** Compiles one snapshot after the other, each with the memory of the one before; gives the ids of the last one's rules. */
function rulesAfter(...snapshots: readonly (readonly KubernetesObject[])[]): readonly string[] {
  let previous: Memory = [];
  let rules: readonly string[] = [];
  for (const objects of snapshots) {
    const compiled = compile({ objects, nowMs: 0, previous });
    previous = compiled.memory;
    rules = (compiled.pluginConfig.rules ?? []).map(({ id }) => id);
  }
  return rules;
}

const at = (fixture: ReleaseFixture): readonly KubernetesObject[] => [rollout(fixture)];

describe('while a step is prepared', () => {
  test('the step that was in effect stays, also after a jump forwards', () => {
    expect(rulesAfter(at({ step: 1 }), at({ step: 3, state: 'StepUpgrade' }))).toEqual(['default/a/1/0']);
  });

  test('the step that was in effect stays after a jump backwards', () => {
    expect(rulesAfter(at({ step: 3 }), at({ step: 1, state: 'BeforeStepUpgrade' }))).toEqual(['default/a/3/0']);
  });

  test('it stays over several compiles', () => {
    const between = at({ step: 1, state: 'StepUpgrade' });
    expect(rulesAfter(at({ step: 3 }), between, between)).toEqual(['default/a/3/0']);
  });

  test('what was in effect for another revision does not count', () => {
    expect(rulesAfter(at({ step: 3 }), at({ step: 1, state: 'StepUpgrade', revision: 'v3' }))).toEqual([]);
  });

  test('what was in effect is forgotten when the release is over', () => {
    const rules = rulesAfter(at({ step: 3 }), at({ reason: 'Cancelling' }), at({ step: 1, state: 'StepUpgrade' }));
    expect(rules).toEqual([]);
  });

  test('what was in effect is remembered while no gray pod is ready', () => {
    const rules = rulesAfter(
      at({ step: 3 }),
      at({ step: 1, state: 'StepUpgrade', ready: 0 }),
      at({ step: 1, state: 'StepUpgrade' }),
    );
    expect(rules).toEqual(['default/a/3/0']);
  });

  test('a step that the plan does not have any more is not in effect', () => {
    const objects = [rollout({ step: 1, state: 'StepUpgrade' })];
    const previous: Memory = [['default/a', { canaryRevision: 'v2', stepIndex: 4 }]];
    expect(compile({ objects, nowMs: 0, previous }).pluginConfig.rules).toEqual([]);
  });
});

describe('while Kruise has not taken up an edited plan', () => {
  test('the step that was in effect stays, when the hashes of the plan differ', () => {
    const edited = at({
      step: 2,
      metadata: { annotations: { 'graylane.io/scope': 'all', 'rollouts.kruise.io/hash': 'new' } },
      canaryStatus: { rolloutHash: 'old' },
    });
    expect(rulesAfter(at({ step: 1 }), edited)).toEqual(['default/a/1/0']);
  });

  test('the step that was in effect stays, when the generation was not observed', () => {
    const edited = at({
      step: 2,
      metadata: { annotations: { 'graylane.io/scope': 'all' }, generation: 2 },
      status: { observedGeneration: 1 },
    });
    expect(rulesAfter(at({ step: 1 }), edited)).toEqual(['default/a/1/0']);
  });

  test('the current step counts when nothing is remembered', () => {
    const edited = at({
      step: 2,
      metadata: { annotations: { 'graylane.io/scope': 'all' }, generation: 2 },
      status: { observedGeneration: 1 },
    });
    expect(rulesAfter(edited)).toEqual(['default/a/2/0']);
  });

  test.each([
    [
      'equal hashes',
      { annotations: { 'graylane.io/scope': 'all', 'rollouts.kruise.io/hash': 'one' } },
      {},
      { rolloutHash: 'one' },
    ],
    [
      'no hash in the status',
      { annotations: { 'graylane.io/scope': 'all', 'rollouts.kruise.io/hash': 'one' } },
      {},
      {},
    ],
    ['no hash on the object', {}, {}, { rolloutHash: 'one' }],
    ['the generation observed', { generation: 2 }, { observedGeneration: 2 }, {}],
    ['no generation', {}, { observedGeneration: 2 }, {}],
    ['no observed generation', { generation: 2 }, {}, {}],
  ])('the current step counts with %s', (_, metadata, status, canaryStatus) => {
    expect(
      rulesAfter(
        at({ step: 1 }),
        at({ step: 2, metadata: { annotations: { 'graylane.io/scope': 'all' }, ...metadata }, status, canaryStatus }),
      ),
    ).toEqual(['default/a/2/0']);
  });
});

describe('when the workload is newer than the status', () => {
  const release = at({ observedWorkloadGeneration: 3 });

  test('a template that was seen while the release was live proves that nothing happened', () => {
    expect(rulesAfter([...release, deployment(3, 'v2')], [...release, deployment(4, 'v2')])).toEqual(['default/a/1/0']);
  });

  test('another template than then ends the rules', () => {
    expect(rulesAfter([...release, deployment(3, 'v2')], [...release, deployment(4, 'v3')])).toEqual([]);
  });

  test('the first template is remembered as long as the status does not speak of the new one', () => {
    const newer = [...release, deployment(4, 'v3')];
    expect(rulesAfter([...release, deployment(3, 'v2')], newer, newer)).toEqual([]);
  });

  test('the rules come back with the template', () => {
    const rules = rulesAfter(
      [...release, deployment(3, 'v2')],
      [...release, deployment(4, 'v3')],
      [...release, deployment(5, 'v2')],
    );
    expect(rules).toEqual(['default/a/1/0']);
  });
});

describe('when the BatchRelease was seen being deleted', () => {
  const release = at({ observedWorkloadGeneration: 3 });
  const ending: KubernetesObject = {
    apiVersion: 'rollouts.kruise.io/v1beta1',
    kind: 'BatchRelease',
    metadata: { name: 'a', ...{ deletionTimestamp: '2026-01-01T00:00:00Z' } },
  };

  test('the rules do not come back when it is gone, as long as the status knows no newer workload', () => {
    const next = at({ observedWorkloadGeneration: 3, step: 2 });
    expect(rulesAfter(release, [...release, ending], release, release, next)).toEqual([]);
  });

  test('they come back when the status knows a newer workload', () => {
    const next = at({ observedWorkloadGeneration: 4, step: 2 });
    expect(rulesAfter(release, [...release, ending], release, next)).toEqual(['default/a/2/0']);
  });

  test('another release of the Rollout is not concerned', () => {
    const other = at({ observedWorkloadGeneration: 3, revision: 'v3' });
    expect(rulesAfter(release, [...release, ending], other)).toEqual(['default/a/1/0']);
  });
});

test('memory holds live releases, and those that are under way', () => {
  expect(compile({ objects: at({ revision: '' }), nowMs: 0 }).memory).toEqual([
    ['default/a', { canaryRevision: '', stepIndex: 1 }],
  ]);
  expect(
    compile({
      objects: at({ reason: 'Cancelling' }),
      nowMs: 0,
      previous: [['default/a', { canaryRevision: 'v2', stepIndex: 1 }]],
    }).memory,
  ).toEqual([]);
});
