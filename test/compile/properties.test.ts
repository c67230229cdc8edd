import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../../agent/compile/compile.ts';
import type { Memory } from '../../agent/model/compiled.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { ReplayedCluster, readRecording } from '../traces/recording.ts';

/** The objects of a recording just before the given line. */
function objectsAt(name: string, line: number): readonly KubernetesObject[] {
  const cluster = new ReplayedCluster();
  for (const entry of readRecording(name)) if (entry.kind === 'event' && entry.line < line) cluster.apply(entry);
  return cluster.objects;
}

const lane = objectsAt('s21', 190);
const clusters = [lane, objectsAt('s11', 190), objectsAt('s18', 245), objectsAt('s12', 120), objectsAt('s20', 90)];

/** Replaces one value somewhere in a JSON value. */
function spoiled(value: unknown, path: readonly number[], garbage: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== 'object' || value === null) return garbage;
  const keys = Object.keys(value);
  const key = keys[first % Math.max(keys.length, 1)];
  if (key === undefined) return garbage;
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    name === key ? spoiled(inner, rest, garbage) : inner,
  ]);
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

const garbage = fc.oneof(
  fc.anything(),
  fc.constantFrom(null, undefined, '', 0, -1, true, [], {}, [null], Number.NaN, 'x', '\u0000', '\uD800'),
);
const paths = fc.array(fc.nat(20), { maxLength: 9 });

/** Objects as a cluster has them, with some values replaced by anything. */
const spoiledCluster = fc
  .tuple(fc.constantFrom(...clusters), fc.array(fc.tuple(fc.nat(), paths, garbage), { minLength: 1, maxLength: 6 }))
  .map(([objects, wounds]) =>
    wounds.reduce<readonly unknown[]>(
      (all, [index, path, wrong]) =>
        all.map((object, i) => (i === index % all.length ? spoiled(object, path, wrong) : object)),
      objects,
    ),
  );

/** What a caller without types could hand in. */
function compileAnything(objects: readonly unknown[], previous?: Memory): ReturnType<typeof compile> {
  const snapshot: { objects: readonly KubernetesObject[]; nowMs: number; previous?: Memory } = {
    objects: [],
    nowMs: 0,
  };
  Reflect.set(snapshot, 'objects', objects);
  if (previous !== undefined) Reflect.set(snapshot, 'previous', previous);
  return compile(snapshot);
}

describe('compile', () => {
  test('gives a result for whatever stands where objects are expected', () => {
    fc.assert(
      fc.property(fc.array(fc.anything(), { maxLength: 8 }), (objects) => {
        expect(compileAnything(objects).pluginConfig.rules).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('gives a result for objects in which anything is replaced by anything', () => {
    fc.assert(
      fc.property(spoiledCluster, (objects) => {
        const compiled = compileAnything(objects);
        expect(compiled.pluginConfig.revision).toMatch(/^[0-9a-f]{16}$/);
        expect(new Set(compiled.pluginConfig.rules?.map(({ id }) => id)).size).toBe(
          compiled.pluginConfig.rules?.length,
        );
      }),
      { numRuns: 400 },
    );
  });

  test('writes configurations that survive being written as JSON', () => {
    fc.assert(
      fc.property(spoiledCluster, (objects) => {
        const { pluginConfig } = compileAnything(objects);
        expect(JSON.parse(JSON.stringify(pluginConfig))).toEqual(pluginConfig);
      }),
      { numRuns: 200 },
    );
  });

  test('does not depend on the order of the objects', () => {
    const shuffled = spoiledCluster.chain((objects) =>
      fc.tuple(fc.constant(objects), fc.shuffledSubarray([...objects], { minLength: objects.length })),
    );
    fc.assert(
      fc.property(shuffled, ([objects, otherwise]) => {
        expect(compileAnything(otherwise)).toEqual(compileAnything(objects));
      }),
      { numRuns: 150 },
    );
  });

  test('says the same again when it is handed its own memory', () => {
    fc.assert(
      fc.property(spoiledCluster, (objects) => {
        const first = compileAnything(objects);
        expect(compileAnything(objects, first.memory)).toEqual(first);
      }),
      { numRuns: 200 },
    );
  });

  test('ends for objects that contain themselves, even where it compares them', () => {
    const endless = (name: string): object => {
      const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: {}, name };
      object.spec = object;
      return object;
    };
    const compiled = compileAnything([endless('one'), endless('two')]);
    expect(compiled.diagnostics.map(({ reason }) => reason)).toEqual(['DuplicateObject']);
  });

  test('does not change what it is given', () => {
    const before = structuredClone(lane);
    compile({ objects: lane, nowMs: 0 });
    expect(lane).toEqual(before);
  });

  test('does not depend on the time', () => {
    expect(compile({ objects: lane, nowMs: 1e12 })).toEqual(compile({ objects: lane, nowMs: 0 }));
  });

  test('keeps one broken object from harming the others', () => {
    const broken = { apiVersion: 'rollouts.kruise.io/v1beta1', kind: 'Rollout', metadata: { name: 'broken' }, spec: 7 };
    const whole = compile({ objects: lane, nowMs: 0 });
    expect(compile({ objects: [...lane, broken], nowMs: 0 }).pluginConfig).toEqual(whole.pluginConfig);
  });

  test('gives equal rules equal revisions, and other rules another one', () => {
    const revision = (objects: readonly KubernetesObject[]) => compile({ objects, nowMs: 0 }).pluginConfig.revision;
    expect(revision(clusters[1] ?? [])).not.toBe(revision(lane));
    expect(revision(lane.filter(({ kind }) => kind !== 'BatchRelease'))).toBe(revision(lane));
  });
});
