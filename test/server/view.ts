import { ALONE } from '../../agent/controller/leadership.ts';
import type { View } from '../../agent/controller/view.ts';
import type { Compiled } from '../../agent/model/compiled.ts';
import type { Diagnostic } from '../../agent/model/diagnostic.ts';

/** 2026-01-02T03:04:05.678Z */
export const NOW = 1767323045678;

/** A diagnostic of each severity. */
export const DIAGNOSTICS: readonly Diagnostic[] = [
  {
    severity: 'error',
    object: { kind: 'Rollout', namespace: 'default', name: 'b' },
    path: 'spec.strategy.canary.steps[0].matches[0]',
    reason: 'EmptyMatch',
    message: 'Give it headers.',
  },
  {
    severity: 'warning',
    object: { kind: 'TrafficRouting', namespace: 'shop', name: 'entry' },
    path: '',
    reason: 'ServiceNotFound',
    message: 'Create its Service.',
  },
];

/** What is wrong before everything was read. */
export const UNREADABLE: Diagnostic = {
  severity: 'error',
  object: { kind: 'APIResource', namespace: '', name: 'rollouts.rollouts.kruise.io' },
  path: '',
  reason: 'ApiForbidden',
  message: 'Grant the right.',
};

/** Two lanes: one in force with rules of every kind, and one that is not. */
export const COMPILED: Compiled = {
  pluginConfig: {
    revision: '0123456789abcdef',
    rules: [
      {
        id: 'default/a/1/0',
        lane: 'default/a',
        conditions: [
          { kind: 'header', name: 'x-user-id', operator: 'exact', value: '100' },
          { kind: 'cookie', name: 'beta', operator: 'present', negate: true },
          { kind: 'method', operator: 'regex', value: 'GET|POST' },
        ],
        scope: [{ hosts: ['example.com'], paths: [{ operator: 'prefix', value: '/a' }] }],
        headers: {
          set: [{ name: 'x-mse-tag', value: 'gray' }],
          add: [{ name: 'x-added', value: '1' }],
          remove: ['x-gone'],
        },
      },
      {
        id: 'default/a/1/1',
        lane: 'default/a',
        conditions: [
          { kind: 'percent', basisPoints: 2000, salt: 's', key: { kind: 'header', name: 'x-user-id' } },
          { kind: 'sourceIp', cidrs: ['10.0.0.0/8'] },
          { kind: 'query', name: 'team', operator: 'in', set: 'testers' },
        ],
        headers: { set: [{ name: 'x-mse-tag', value: 'gray' }] },
      },
    ],
    sets: { testers: ['1', '2'] },
  },
  routes: [
    {
      namespace: 'default',
      service: 'a',
      hosts: ['a.default.svc.cluster.local', 'a.default.svc', 'a.default'],
      lane: 'default/a',
      member: 'default/a',
      tagHeader: 'x-mse-tag',
      tagValue: 'gray',
      stableLabels: { 'pod-template-hash': '1' },
      grayLabels: { 'pod-template-hash': '2' },
      mode: 'fallback',
      priority: 0,
    },
  ],
  baselines: [],
  entries: [],
  lanes: [
    {
      name: 'default/a',
      entry: { kind: 'Rollout', namespace: 'default', name: 'a' },
      members: [
        { rollout: 'default/a', live: true, state: 'step 1 paused, 1 gray pod ready' },
        { rollout: 'default/b', live: false, state: 'healthy' },
      ],
      active: true,
      rules: ['default/a/1/0', 'default/a/1/1'],
    },
    {
      name: 'shop/entry',
      entry: { kind: 'TrafficRouting', namespace: 'shop', name: 'entry' },
      members: [],
      active: false,
      rules: [],
    },
  ],
  diagnostics: DIAGNOSTICS,
  memory: [],
};

/** An agent that has read everything and written it; with what is different. */
export function viewOf(different: Partial<View> = {}): View {
  return {
    compiled: COMPILED,
    diagnostics: DIAGNOSTICS,
    readings: [
      { resource: 'rollouts.rollouts.kruise.io', state: 'synced', objects: 3, lastProgressMs: NOW - 2000 },
      { resource: 'trafficroutings.rollouts.kruise.io', state: 'absent', objects: 0, lastProgressMs: 0 },
    ],
    target: 'higress:higress-system/graylane',
    lastPush: { atMs: NOW - 1000, revision: '0123456789abcdef', outcome: { kind: 'written', what: 'spec' } },
    leadership: { ...ALONE, holder: 'agent-1' },
    isStopping: false,
    ...different,
  };
}

/** An agent that has not read everything yet. */
export function unsyncedView(): View {
  return viewOf({
    compiled: undefined,
    diagnostics: [UNREADABLE],
    readings: [
      { resource: 'rollouts.rollouts.kruise.io', state: 'reading', objects: 0, lastProgressMs: 0, why: 'forbidden' },
    ],
    lastPush: undefined,
  });
}
