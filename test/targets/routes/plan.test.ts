import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../agent/model/snapshot.ts';
import { objectKey } from '../../../agent/targets/ownership.ts';
import { planOf } from '../../../agent/targets/routes/plan.ts';
import { marked } from '../../../agent/targets/routes/stored.ts';

const NOTHING: ReadonlySet<string> = new Set();

describe('what is not there yet', () => {
  test('is applied, and what routes lead to comes before them', () => {
    const wanted = [virtualService(), destinationRule('gray'), service()];
    expect(names(planOf(wanted, [], NOTHING).apply)).toEqual([['DestinationRule', 'Service'], ['VirtualService']]);
  });

  test('is applied once when two formats make the same', () => {
    expect(names(planOf([service(), service()], [], NOTHING).apply)).toEqual([['Service']]);
  });
});

describe('what is there', () => {
  test('is left alone, whatever the API server added to it', () => {
    const live = stored(service());
    const spec = { clusterIP: '10.0.0.1', ports: [{ port: 80, nodePort: 3000 }] };
    expect(planOf([service()], [{ ...live, spec }], NOTHING).apply).toEqual([]);
  });

  test('is applied again when somebody changed it', () => {
    const live = { ...stored(service()), spec: { ports: [{ port: 81 }] } };
    expect(planOf([service()], [live], NOTHING).apply).toEqual([[service()]]);
  });

  test('is applied again when a field is not wanted any more', () => {
    const before = { ...service(), spec: { ports: [{ port: 80 }], sessionAffinity: 'ClientIP' } };
    expect(planOf([service()], [stored(before)], NOTHING).apply).toEqual([[service()]]);
  });

  test('is applied again when it is to have another owner', () => {
    const owned = { ...service(), metadata: { ...service().metadata, ownerReferences: [{ uid: '1' }] } };
    expect(planOf([owned], [stored(service())], NOTHING).apply).toEqual([[owned]]);
  });
});

describe('what nobody wants any more', () => {
  test('goes at once when it is a route', () => {
    const { remove, later } = planOf([], [stored(virtualService())], NOTHING);
    expect([names(remove), [...later]]).toEqual([[['VirtualService']], []]);
  });

  test('stays for a while when a route may still lead to it', () => {
    const live = [stored(service())];
    const { remove, later } = planOf([], live, NOTHING);
    expect([names(remove), [...later]]).toEqual([[], [objectKey(service())]]);
    expect(names(planOf([], live, later).remove)).toEqual([['Service']]);
  });

  test('goes in the order in which nothing leads to what is gone', () => {
    const live = [stored(service()), stored(virtualService())];
    expect(names(planOf([], live, new Set([objectKey(service())])).remove)).toEqual([['VirtualService'], ['Service']]);
  });
});

describe('a subset that nobody wants any more', () => {
  const live = [stored(destinationRule('gray', 'blue'))];

  test('stays for a while, since a route may still lead to it', () => {
    const first = planOf([destinationRule('gray')], live, NOTHING);
    expect(first.apply).toEqual([]);
    expect([...first.later]).toHaveLength(1);
    expect(planOf([destinationRule('gray')], live, first.later)).toMatchObject({ apply: [[destinationRule('gray')]] });
  });

  test('stays beside new ones', () => {
    const { apply } = planOf([destinationRule('green')], live, NOTHING);
    expect(apply).toEqual([[destinationRule('green', 'gray', 'blue')]]);
  });
});

function names(batches: readonly (readonly KubernetesObject[])[]): readonly (readonly string[])[] {
  return batches.map((batch) => batch.map(({ kind }) => kind));
}

function stored(object: KubernetesObject): KubernetesObject {
  return marked(object);
}

function service(): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: METADATA, spec: { ports: [{ port: 80 }] } };
}

function virtualService(): KubernetesObject {
  return { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: METADATA, spec: { hosts: ['b'] } };
}

function destinationRule(...subsets: readonly string[]): KubernetesObject {
  const spec = { host: 'b', subsets: subsets.map((name) => ({ name })) };
  return { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: METADATA, spec };
}

const METADATA = { namespace: 'default', name: 'b-graylane' };
