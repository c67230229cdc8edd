import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { compile } from '../../agent/compile/compile.ts';
import type { Compiled } from '../../agent/model/compiled.ts';
import { canonical, isFields, textAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { trimmer } from '../../agent/sources/kubernetes-trim.ts';
import { pod, render, service } from '../targets/objects.ts';
import { recordings } from '../traces/recording.ts';
import { replay } from '../traces/replay.ts';

const trim = trimmer();

const folder = fileURLToPath(new URL('../compile/testdata/', import.meta.url));

/** Two objects of one name cannot come from an API server, and which of them counts depends on all of their text. */
const cases = readdirSync(folder).filter((file) => file.endsWith('.in.yaml') && !file.includes('duplicate'));

function objectsOf(file: string): readonly KubernetesObject[] {
  return parseAllDocuments(readFileSync(`${folder}${file}`, 'utf8'), { merge: true })
    .map((document): KubernetesObject => document.toJS())
    .filter((object) => isFields(object) && isFields(object.metadata) && textAt(object, 'kind') !== undefined);
}

/** Without what is remembered of templates, which is a hash of what was trimmed. */
function comparable({ memory, ...compiled }: Compiled): unknown {
  return {
    ...compiled,
    memory: [...memory].map(([name, { template, ...others }]) => [name, others, template === undefined]),
  };
}

describe('a trimmed object', () => {
  test.each(cases)('compiles to the same as the whole one in %s', (file) => {
    const objects = objectsOf(file);
    expect(objects.length).toBeGreaterThan(0);
    const compiled = compile({ objects: objects.map(trim), nowMs: 0 });
    expect(comparable(compiled)).toEqual(comparable(compile({ objects, nowMs: 0 })));
  });

  test.each(recordings())('compiles to the same at every moment of recording %s', (name) => {
    let previous: Compiled['memory'] = [];
    const different = replay(name).filter(({ objects, compiled, entry }) => {
      const again = compile({ objects: objects.map(trim), nowMs: entry.t, previous });
      previous = again.memory;
      return canonical(comparable(again)) !== canonical(comparable(compiled));
    });
    expect(different.map(({ entry }) => entry.line)).toEqual([]);
  });

  test.each(recordings())('leads Envoy to the same places at every moment of recording %s', (name) => {
    const different = replay(name).filter(
      ({ objects, compiled }) =>
        canonical(render(objects.map(trim), compiled).files) !== canonical(render(objects, compiled).files),
    );
    expect(different.map(({ entry }) => entry.line)).toEqual([]);
  });

  test('shares with others what they have alike', () => {
    const pods = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((address) => trim(pod('a', '1', address)));
    const labels = pods.map(({ metadata }) => Reflect.get(metadata, 'labels'));
    expect(labels[0]).toEqual({ app: 'a', 'pod-template-hash': '1' });
    expect(labels.every((one) => one === labels[0])).toBe(true);
    expect(pods.every(({ spec }) => spec === pods[0]?.['spec'])).toBe(true);
  });

  test('keeps the ports and the address of a pod, and the ports and the other name of a Service', () => {
    const named = { containers: [{ name: 'main', ports: [{ name: 'web', containerPort: 8080 }] }] };
    const objects = [
      { ...pod('a', 'stable', '10.0.0.1'), spec: named },
      service('a', { ports: [{ port: 80, targetPort: 'web', appProtocol: 'kubernetes.io/h2c' }] }),
      service('b', { type: 'ExternalName', externalName: 'elsewhere.example.com', ports: [{ port: 443 }] }),
    ];
    const files = render(objects.map(trim), {}).files;
    expect(files).toEqual(render(objects, {}).files);
    expect(JSON.stringify(files)).toContain('8080');
    expect(JSON.stringify(files)).toContain('elsewhere.example.com');
  });

  test('has equal pod specs exactly where the whole ones are equal', () => {
    const deployment = (image: string): KubernetesObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a', namespace: 'shop' },
      spec: { template: { spec: { containers: [{ name: 'main', image }] } } },
    });
    expect(trim(deployment('v1'))).toEqual(trim(deployment('v1')));
    expect(trim(deployment('v1'))).not.toEqual(trim(deployment('v2')));
  });

  test('carries neither what was applied last nor who manages its fields', () => {
    const metadata = {
      name: 'a',
      namespace: 'shop',
      uid: 'u',
      managedFields: [{ manager: 'kubectl' }],
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', 'graylane.io/scope': 'all' },
    };
    const rollout = trim({ apiVersion: 'rollouts.kruise.io/v1beta1', kind: 'Rollout', metadata });
    expect(rollout.metadata).toEqual({
      name: 'a',
      namespace: 'shop',
      uid: 'u',
      annotations: { 'graylane.io/scope': 'all' },
    });
  });
});
