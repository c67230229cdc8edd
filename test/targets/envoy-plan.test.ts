import { describe, expect, test } from 'vitest';
import type { Compiled } from '../../agent/model/compiled.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { textOf } from '../../agent/targets/envoy/discovery.ts';
import { type EnvoyFiles, FILE } from '../../agent/targets/envoy/files.ts';
import { planMoves } from '../../agent/targets/envoy/plan.ts';
import { clusters, pod, render, route, rule, service } from './objects.ts';

const objects = [service('a'), pod('a', 'stable', '10.0.0.1'), pod('a', 'gray', '10.0.0.2')];
const live: Partial<Compiled> = { pluginConfig: { revision: 'r1', rules: [rule] }, routes: [route('a')] };
const files = (compiled: Partial<Compiled> = {}, given: readonly KubernetesObject[] = objects): EnvoyFiles =>
  render(given, compiled).files;

/** The folder after these files were written in full. */
function folderOf({ filter, outer, inner, clusters: cds }: EnvoyFiles): Map<string, string> {
  return new Map([
    [FILE.filter, textOf(filter)],
    [FILE.outer, textOf(outer)],
    [FILE.inner, textOf(inner)],
    [FILE.clusters, textOf(cds)],
  ]);
}

const order = (folder: ReadonlyMap<string, string>, next: EnvoyFiles): readonly string[] =>
  planMoves(folder, next).map((move) => (move === 'settle' ? 'settle' : move.file));

/** What the first version of the cluster file in the plan says. */
function firstClusters(folder: ReadonlyMap<string, string>, next: EnvoyFiles): ReturnType<typeof clusters> {
  const move = planMoves(folder, next).find((found) => found !== 'settle' && found.file === FILE.clusters);
  if (move === undefined || move === 'settle') throw new Error('the plan has no clusters');
  return clusters({ ...next, clusters: JSON.parse(move.text) });
}

describe('the order of the files', () => {
  test('in the beginning is clusters, routes, plugin', () => {
    expect(order(new Map(), files())).toEqual([
      'cds.json',
      'settle',
      'rds-outer.json',
      'rds-inner.json',
      'settle',
      'ecds.json',
    ]);
  });

  test('is clusters, routes, plugin when a lane becomes active, so that no tag comes before its route', () => {
    expect(order(folderOf(files()), files(live))).toEqual([
      'cds.json',
      'settle',
      'rds-inner.json',
      'settle',
      'ecds.json',
    ]);
  });

  test('is plugin, clusters, routes, clusters when a rule is withdrawn, so that no tag comes any more', () => {
    expect(order(folderOf(files(live)), files())).toEqual([
      'ecds.json',
      'cds.json',
      'settle',
      'rds-inner.json',
      'settle',
      'cds.json',
    ]);
  });

  test('has nothing that would not change', () => {
    expect(order(folderOf(files(live)), files(live))).toEqual([]);
  });

  test('has the clusters alone when only pods come or go', () => {
    const next = files(live, [...objects, pod('a', 'stable', '10.0.0.3')]);
    expect(order(folderOf(files(live)), next)).toEqual(['cds.json']);
  });

  test('has the plugin alone when only rules come', () => {
    const next = files({ ...live, pluginConfig: { revision: 'r2', rules: [rule, { ...rule, id: 'default/a/1/1' }] } });
    expect(order(folderOf(files(live)), next)).toEqual(['ecds.json']);
  });
});

describe('a cluster that is not needed any more', () => {
  test('stays until no route leads to it, with the baseline in place of the gray pods', () => {
    expect(firstClusters(folderOf(files(live)), files())).toEqual({
      'default/a:80': '10.0.0.1:8080 10.0.0.2:8080',
      'default/a:80|x-mse-tag=gray': '10.0.0.1:8080 10.0.0.2:8080',
    });
  });

  test('goes at once when its Service is gone', () => {
    expect(firstClusters(folderOf(files(live)), files({}, []))).toEqual({});
  });
});

describe('files that somebody else has written', () => {
  test.each([
    '',
    '{',
    '[]',
    '{"resources":7}',
    '{"resources":[{"typed_config":{"config":{"configuration":{"value":"{"}}}}]}',
  ])('are replaced: %s', (text) => {
    const folder = new Map(Object.values(FILE).map((name) => [name, text]));
    expect(order(folder, files(live)).filter((name) => name !== 'settle')).toEqual([
      'cds.json',
      'rds-outer.json',
      'rds-inner.json',
      'ecds.json',
    ]);
  });
});
