import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../../agent/compile/compile.ts';
import { Compiler } from '../../agent/compile/compiler.ts';
import type { Memory } from '../../agent/model/compiled.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { byNamespace } from '../../agent/sources/namespaces.ts';
import { ReplayedCluster, readRecording } from '../traces/recording.ts';
import { deployment, rollout } from './rollout-fixture.ts';
import { anyObject } from './universe.ts';

type Which = 'last' | 'copy' | 'none' | 'first';
type Lists = ReadonlyMap<string, readonly KubernetesObject[]>;

/** What happens to one of the lists. */
type Edit = { readonly list: string; readonly at: number } & (
  | { readonly kind: 'add' | 'replace'; readonly object: KubernetesObject }
  | { readonly kind: 'remove' | 'repeat' | 'reverse' | 'copy' | 'drop' }
);

const place = { list: fc.constantFrom('x', 'y', ''), at: fc.nat(30) };
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ ...place, kind: fc.constantFrom('add' as const, 'replace' as const), object: anyObject }),
  fc.record({
    ...place,
    kind: fc.constantFrom(
      'remove' as const,
      'remove' as const,
      'remove' as const,
      'repeat' as const,
      'reverse' as const,
      'copy' as const,
      'drop' as const,
    ),
  }),
);

/** The list after the edit; undefined when it is gone. */
function edited(list: readonly KubernetesObject[], change: Edit): readonly KubernetesObject[] | undefined {
  const at = change.at % Math.max(list.length, 1);
  const here = list.slice(at, at + 1);
  switch (change.kind) {
    case 'add':
      return list.toSpliced(at, 0, change.object);
    case 'replace':
      return list.toSpliced(at, 1, change.object);
    case 'remove':
      return list.toSpliced(at, 1);
    case 'repeat':
      return [...list, ...here];
    case 'reverse':
      return list.toReversed();
    case 'copy':
      return [...list.toSpliced(at, 1), ...structuredClone(here)];
    case 'drop':
      return undefined;
  }
}

const world = fc.array(anyObject, { minLength: 10, maxLength: 40 });
/** Which memory a compile is handed: that of the last one or a copy of it, none, or that of another moment. */
const memories = fc.constantFrom<Which>('last', 'last', 'last', 'copy', 'none', 'first');

describe('the compiler, after any other compile', () => {
  test('says what a new one says', () => {
    fc.assert(
      fc.property(world, fc.array(fc.tuple(edit, memories), { minLength: 1, maxLength: 25 }), (objects, edits) => {
        const compiler = new Compiler();
        let lists: Lists = byNamespace(objects);
        const first = compiler.compile({ namespaces: lists, nowMs: 0 });
        expect(first).toEqual(compile({ objects, nowMs: 0 }));
        let last: Memory = first.memory;
        for (const [change, which] of edits) {
          const next = edited(lists.get(change.list) ?? [], change);
          lists = new Map([...lists].filter(([name]) => name !== change.list));
          if (next !== undefined) lists = new Map([...lists, [change.list, next]]);
          const given = { last, copy: structuredClone(last), none: [], first: first.memory };
          const previous = given[which];
          const compiled = compiler.compile({ namespaces: lists, nowMs: 0, previous });
          expect(compiled).toEqual(compile({ objects: [...lists.values()].flat(), nowMs: 0, previous }));
          last = compiled.memory;
        }
      }),
      { numRuns: 200 },
    );
  });

  test.each(['s01', 's11', 's21'])('says what a new one says, event by event of the recording %s', (name) => {
    const cluster = new ReplayedCluster();
    const compiler = new Compiler();
    let previous: Memory = [];
    for (const entry of readRecording(name)) {
      if (entry.kind !== 'event') continue;
      cluster.apply(entry);
      const { objects } = cluster;
      const compiled = compiler.compile({ namespaces: new Map([['all', objects]]), nowMs: 0, previous });
      expect(compiled).toEqual(compile({ objects, nowMs: 0, previous }));
      previous = compiled.memory;
    }
  });

  test('says what a new one says although the one before failed half-way', () => {
    const compiler = new Compiler();
    const bad = { ...deployment(3, 'v2') };
    Object.defineProperty(bad, 'spec', {
      enumerable: true,
      get: () => {
        throw new Error('no such field');
      },
    });
    const at = (...objects: readonly KubernetesObject[]) => ({ namespaces: new Map([['default', objects]]), nowMs: 0 });
    compiler.compile(at(rollout()));
    expect(() => compiler.compile(at(rollout({ step: 2 }), bad))).toThrow('no such field');
    expect(compiler.compile(at(rollout({ step: 3 })))).toEqual(compile({ objects: [rollout({ step: 3 })], nowMs: 0 }));
  });
});

/** An Ingress that leads a path of example.com to the Service `a` of its namespace. */
function ingress(namespace: string, path: string): KubernetesObject {
  const paths = [{ path, pathType: 'Prefix', backend: { service: { name: 'a' } } }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'a', namespace },
    spec: { rules: [{ host: 'example.com', http: { paths } }] },
  };
}

function trafficRouting(user: string): KubernetesObject {
  const set = [{ name: 'x-mse-tag', value: 'gray' }];
  const metadata = { name: 'shared', annotations: { 'graylane.io/scope': 'all' } };
  return {
    apiVersion: 'rollouts.kruise.io/v1alpha1',
    kind: 'TrafficRouting',
    metadata,
    spec: {
      strategy: { matches: [{ headers: [{ name: 'x-user-id', value: user }] }], requestHeaderModifier: { set } },
    },
  };
}

/** The Deployment that Kruise makes for the gray pods of `default/a`. */
function canary(image: string): KubernetesObject {
  const metadata = { name: 'a-canary', labels: { 'rollouts.kruise.io/canary-deployment': 'a' } };
  return { ...deployment(1, image), metadata };
}

test('a Rollout is in the lane of an entry that 64 Rollouts are between, and in none when there are more', () => {
  const dependency = (entry: number): object => ({ 'rollouts.kruise.io/dependency': `r${entry}` });
  const chain = (length: number) =>
    Array.from({ length }, (_, index) =>
      rollout({ metadata: { name: `r${index}`, annotations: index === 0 ? {} : dependency(index - 1) } }),
    );
  const reasons = (length: number) =>
    compile({ objects: chain(length), nowMs: 0 }).diagnostics.flatMap(({ object, reason }) =>
      reason === 'EntryNotFound' ? object.name : [],
    );
  expect(reasons(66)).toEqual([]);
  expect(reasons(67)).toEqual(['r66']);
});

describe('what another object says', () => {
  const entry = rollout({ metadata: { namespace: 'one', annotations: {} } });
  const member = rollout({ metadata: { annotations: { 'rollouts.kruise.io/trafficrouting': 'shared' } } });
  const newer = [rollout({ observedWorkloadGeneration: 3 }), deployment(4, 'v2')];

  test.each([
    ['a path of another namespace', [entry, ingress('one', '/a')], [ingress('two', '/a/b')]],
    ['a TrafficRouting', [member], [trafficRouting('1')]],
    ['the Deployment of gray pods', newer, [canary('v2')]],
  ])('counts as soon as it comes and until it goes: %s', (_, always, coming) => {
    const compiler = new Compiler();
    const alone = new Map([['always', always]]);
    const before = compiler.compile({ namespaces: alone, nowMs: 0 });
    const during = compiler.compile({ namespaces: new Map([...alone, ['coming', coming]]), nowMs: 0 });
    expect(during).toEqual(compile({ objects: [...always, ...coming], nowMs: 0 }));
    expect(during).not.toEqual(before);
    expect(compiler.compile({ namespaces: alone, nowMs: 0 })).toEqual(before);
  });
});

describe('what has not changed', () => {
  const lists = (...objects: readonly KubernetesObject[]): Lists => new Map([['default', objects]]);

  test('is the same configuration, when an object without a bearing on the rules is another', () => {
    const compiler = new Compiler();
    const before = compiler.compile({ namespaces: lists(rollout(), deployment(1, 'v1')), nowMs: 0 });
    const after = compiler.compile({ namespaces: lists(rollout(), deployment(1, 'v1')), nowMs: 0 });
    expect(after.pluginConfig).toBe(before.pluginConfig);
    expect(after.memory).toEqual(before.memory);
  });

  test('is the same rule, when that of another lane changes', () => {
    const other = { ...rollout(), metadata: { name: 'b', annotations: { 'graylane.io/scope': 'all' } } };
    const compiler = new Compiler();
    const before = compiler.compile({ namespaces: lists(rollout(), other), nowMs: 0 });
    const after = compiler.compile({ namespaces: lists(rollout({ step: 2 }), other), nowMs: 0 });
    expect(after.pluginConfig.rules?.[0]?.id).toBe('default/a/2/0');
    expect(after.pluginConfig.rules?.[1]).toBe(before.pluginConfig.rules?.[1]);
  });

  test('is the same lane, when the memory is a copy', () => {
    const compiler = new Compiler();
    const namespaces = lists(rollout());
    const { memory } = compiler.compile({ namespaces, nowMs: 0 });
    const before = compiler.compile({ namespaces, nowMs: 0, previous: memory });
    const after = compiler.compile({ namespaces, nowMs: 0, previous: structuredClone(memory) });
    expect(after.lanes[0]).toBe(before.lanes[0]);
  });

  test('is not looked at again', () => {
    let looks = 0;
    const counted = { ...rollout() };
    const { status } = counted;
    Object.defineProperty(counted, 'status', {
      enumerable: true,
      get: () => {
        looks += 1;
        return status;
      },
    });
    const compiler = new Compiler();
    compiler.compile({ namespaces: lists(counted), nowMs: 0 });
    const once = looks;
    compiler.compile({ namespaces: lists(counted, deployment(1, 'v1')), nowMs: 0 });
    expect(once).toBeGreaterThan(0);
    expect(looks).toBe(once);
  });
});
