import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compile } from '../../agent/compile/compile.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { objectsOf } from '../cluster/manifests.ts';

const folder = new URL('../../manifests/samples/', import.meta.url);
const samples = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => objectsOf(readFileSync(new URL(name, folder), 'utf8')));

/** The Rollout as Kruise has it while it waits for approval, with a gray pod that is ready. */
function releasing(object: KubernetesObject): KubernetesObject {
  const canaryStatus = {
    observedWorkloadGeneration: 2,
    stableRevision: 'stable',
    podTemplateHash: 'gray',
    canaryRevision: 'gray',
    canaryReplicas: 1,
    canaryReadyReplicas: 1,
    currentStepIndex: 1,
    nextStepIndex: -1,
    currentStepState: 'StepPaused',
    finalisingStep: '',
  };
  const conditions = [{ type: 'Progressing', status: 'True', reason: 'InRolling' }];
  return { ...object, status: { phase: 'Progressing', conditions, canaryStatus } };
}

describe('the samples', () => {
  test('compile without a diagnostic, and ask for nothing while nothing is released', () => {
    const { diagnostics, pluginConfig, lanes } = compile({ objects: samples, nowMs: 0 });
    expect(diagnostics).toEqual([]);
    expect(pluginConfig.rules ?? []).toEqual([]);
    expect(lanes.map(({ members }) => members.map(({ rollout }) => rollout))).toEqual([
      ['default/rollout-a', 'default/rollout-b', 'default/rollout-c'],
    ]);
  });

  test.each(['rollout-a', 'rollout-c'])('tag user 100 on example.com/a while %s alone is released', (released) => {
    const objects = samples.map((object) => (object.metadata.name === released ? releasing(object) : object));
    const { diagnostics, pluginConfig } = compile({ objects, nowMs: 0 });
    expect(diagnostics).toEqual([]);
    expect(pluginConfig.rules).toMatchObject([
      {
        conditions: [{ kind: 'header', name: 'x-user-id', operator: 'regex', value: '^100$' }],
        scope: [{ hosts: ['example.com'], paths: [{ operator: 'prefix', value: '/a' }] }],
        headers: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
      },
    ]);
  });
});
