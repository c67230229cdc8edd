import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { at, listAt, textAt } from '../../agent/model/json.ts';
import { Page } from '../docs/page.ts';
import { readRecording, recordings } from '../traces/recording.ts';
import { describeWithLua, healths } from './lua.ts';

const folder = fileURLToPath(new URL('../../manifests/argocd/', import.meta.url));

/** Group and kind of each script, as Argo CD's own repository has them. */
const KINDS = ['extensions.higress.io/WasmPlugin', 'extensions.istio.io/WasmPlugin', 'rollouts.kruise.io/Rollout'];

const fileOf = (kind: string, name: string): string => `${folder}resource_customizations/${kind}/${name}`;
const scriptOf = (kind: string): string => readFileSync(fileOf(kind, 'health.lua'), 'utf8');
const casesOf = (kind: string): readonly unknown[] =>
  listAt(parse(readFileSync(fileOf(kind, 'health_test.yaml'), 'utf8')), 'tests');

/** Rollouts as the real controller wrote them, from beginning to end of each recording. */
function recorded(name: string): readonly unknown[] {
  return readRecording(name).flatMap((entry) =>
    entry.kind === 'event' && entry.object.kind === 'Rollout' && entry.type !== 'DELETED' ? [entry.object] : [],
  );
}

/** The statuses that follow each other. */
function course(name: string): readonly string[] {
  const statuses = healths(scriptOf('rollouts.kruise.io/Rollout'), recorded(name)).map(({ status }) => status);
  return statuses.filter((status, index) => status !== statuses[index - 1]);
}

describeWithLua('the health scripts for Argo CD', () => {
  test.each(
    KINDS.flatMap((kind) =>
      casesOf(kind).map((one): [string, string, unknown] => [kind, textAt(one, 'inputPath') ?? '', one]),
    ),
  )('%s: %s', (kind, input, one) => {
    const object: unknown = parse(readFileSync(fileOf(kind, input), 'utf8'));
    expect(healths(scriptOf(kind), [object])).toEqual([at(one, 'healthStatus')]);
  });

  test.each(recordings())(
    'there is an answer to every Rollout of recording %s, and none in release is healthy',
    (name) => {
      const objects = recorded(name);
      expect(objects.length).toBeGreaterThan(0);
      const answers = healths(scriptOf('rollouts.kruise.io/Rollout'), objects);
      const known = new Set(['Healthy', 'Progressing', 'Suspended', 'Degraded']);
      expect(answers.filter(({ status }) => !known.has(status))).toEqual([]);
      const healthy = objects.filter((_, index) => answers[index]?.status === 'Healthy');
      expect(healthy.filter((object) => textAt(object, 'status', 'phase') !== 'Healthy')).toEqual([]);
    },
  );

  test('a recorded release that is approved step by step goes from waiting to healthy', () => {
    expect(course('s01')).toContain('Suspended');
    expect(course('s01')).not.toContain('Degraded');
    expect(course('s01').at(-1)).toBe('Healthy');
  });

  test('a recorded release that is rolled back is degraded until it is back', () => {
    expect(course('s02').slice(-3)).toEqual(['Degraded', 'Progressing', 'Healthy']);
  });
});

describe('what Argo CD is told', () => {
  test('the scripts for both kinds of WasmPlugin are the same', () => {
    expect(scriptOf('extensions.istio.io/WasmPlugin')).toBe(scriptOf('extensions.higress.io/WasmPlugin'));
  });

  test('every object of testdata is in a table', () => {
    for (const kind of KINDS) {
      const inputs = casesOf(kind).map((one) => textAt(one, 'inputPath')?.replace('testdata/', ''));
      expect([...inputs].sort()).toEqual(readdirSync(fileOf(kind, 'testdata')).sort());
    }
  });

  test('argocd-cm.yaml holds the scripts as they are tested', () => {
    const path = `${folder}argocd-cm.yaml`;
    const document = parseAllDocuments(readFileSync(path, 'utf8'))[0];
    if (document === undefined) throw new Error('argocd-cm.yaml is empty');
    for (const kind of KINDS) {
      const key = `resource.customizations.health.${kind.replace('/', '_')}`;
      if (process.env['UPDATE_GOLDEN'] === '1') document.setIn(['data', key], scriptOf(kind));
      expect(at(document.toJS(), 'data', key)).toBe(scriptOf(kind));
    }
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, document.toString({ lineWidth: 0 }));
  });

  test('the field of each kind of WasmPlugin that the agent owns is left to it, for all applications and for one', () => {
    const cm: unknown = parse(readFileSync(`${folder}argocd-cm.yaml`, 'utf8'));
    const application: unknown = parse(readFileSync(`${folder}application.yaml`, 'utf8'));
    for (const group of ['extensions.higress.io', 'extensions.istio.io']) {
      const ignored = textAt(cm, 'data', `resource.customizations.ignoreDifferences.${group}_WasmPlugin`);
      expect(parse(ignored ?? '')).toEqual({ managedFieldsManagers: ['graylane'] });
      expect(listAt(application, 'spec', 'ignoreDifferences')).toContainEqual({
        group,
        kind: 'WasmPlugin',
        managedFieldsManagers: ['graylane'],
      });
    }
    expect(listAt(application, 'spec', 'syncPolicy', 'syncOptions')).toEqual(
      expect.arrayContaining(['ServerSideApply=true', 'RespectIgnoreDifferences=true']),
    );
  });

  test('docs/argo-cd.md has the same stanza', () => {
    const { text } = new Page('argo-cd.md');
    const application = readFileSync(`${folder}application.yaml`, 'utf8');
    const [stanza = ''] = /^ {2}ignoreDifferences:\n(?: {4}.*\n)+/m.exec(application) ?? [];
    expect(stanza).toContain('extensions.istio.io');
    expect(text).toContain(stanza);
  });
});
