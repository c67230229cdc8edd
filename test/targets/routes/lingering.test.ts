import { describe, expect, test } from 'vitest';
import type { Baseline, Compiled, Route } from '../../../agent/model/compiled.ts';
import { Lingering } from '../../../agent/targets/routes/lingering.ts';
import { route } from '../objects.ts';

const WAIT_MS = 10_000;
const GRAY = route('b');
const ENTRY = {
  namespace: 'default',
  service: 'b',
  member: GRAY.member,
  front: { kind: 'Ingress', name: 'front' },
  hosts: ['example.com'],
  owner: 'graylane',
} as const;

describe('the route of a tag that was taken off', () => {
  test('stays while gateways may not have heard of it', () => {
    const lingering = begun();
    const off = compiled([], [baselineOf(GRAY)]);
    expect(lingering.extended(off, 0).routes).toEqual([GRAY]);
    lingering.told(100);
    expect(lingering.extended(off, 100 + WAIT_MS - 1).routes).toEqual([GRAY]);
    expect(lingering.extended(off, 100 + WAIT_MS)).toBe(off);
  });

  test('stays as long as gateways cannot be told', () => {
    const lingering = begun();
    const off = compiled([], [baselineOf(GRAY)]);
    lingering.extended(off, 0);
    expect(lingering.remainingMs(1000 * WAIT_MS)).toBeUndefined();
    expect(lingering.extended(off, 1000 * WAIT_MS).routes).toEqual([GRAY]);
  });

  test('keeps its entry, and takes the place of the baseline', () => {
    const { baselines, entries } = begun().extended(compiled([], [baselineOf(GRAY)]), 0);
    expect({ baselines, entries }).toEqual({ baselines: [], entries: [ENTRY] });
  });

  test('goes as soon as no gray pod is left', () => {
    const gone = compiled([], []);
    expect(begun().extended(gone, 0)).toBe(gone);
  });

  test('goes as soon as the stable pods are being replaced', () => {
    const { stableLabels: _, ...open } = baselineOf(GRAY);
    const replacing = compiled([], [open]);
    expect(begun().extended(replacing, 0)).toBe(replacing);
  });

  test('goes as soon as the tag leads elsewhere', () => {
    const next = compiled([route('b', { grayLabels: { 'pod-template-hash': 'next' } })], [baselineOf(GRAY)]);
    expect(begun().extended(next, 0)).toBe(next);
  });

  test('is forgotten when the tag is set again', () => {
    const lingering = begun();
    lingering.extended(compiled([], [baselineOf(GRAY)]), 0);
    lingering.told(0);
    const again = compiled([GRAY], []);
    expect(lingering.extended(again, 1)).toBe(again);
    expect(lingering.remainingMs(1)).toBeUndefined();
    expect(lingering.extended(compiled([], [baselineOf(GRAY)]), WAIT_MS + 1).routes).toEqual([GRAY]);
  });
});

test('the time that is left counts from when gateways were told', () => {
  const lingering = begun();
  lingering.extended(compiled([], [baselineOf(GRAY)]), 0);
  lingering.told(100);
  lingering.told(5000);
  expect(lingering.remainingMs(1100)).toBe(WAIT_MS - 1000);
});

function begun(): Lingering {
  const lingering = new Lingering(WAIT_MS);
  lingering.extended(compiled([GRAY], []), 0);
  lingering.told(0);
  return lingering;
}

function baselineOf({ namespace, service, member, stableLabels, grayLabels }: Route): Baseline {
  return { namespace, service, member, stableLabels, grayLabels };
}

function compiled(routes: readonly Route[], baselines: readonly Baseline[]): Compiled {
  const entries = routes.length === 0 ? [] : [ENTRY];
  return { pluginConfig: {}, routes, baselines, entries, lanes: [], diagnostics: [], memory: [] };
}
