import { expect, test } from 'vitest';
import { type Disagreement, disagreements } from './disagreement.ts';
import { recordings } from './recording.ts';
import { replay } from './replay.ts';

/** A difference from Kruise that is meant, with the longest time that it may last. */
interface Tolerance {
  readonly kind: Disagreement['kind'];
  readonly state: RegExp;
  readonly maxMs: number;
}

/**
 * Every difference that may occur, by name. Each is on the safe side: the compiler has no rule where Kruise has one, or it has
 * one that leads to gray pods which are ready (the tests on gray pods show that).
 */
const TOLERANCES: Readonly<Record<string, Tolerance>> = {
  // Kruise has declared the routes of the step its aim, and spends this time on Services, weight 0 and grace periods.
  'the step is being routed, Kruise waits': {
    kind: 'early',
    state: /step \d StepTrafficRouting, \d gray pods? ready/,
    maxMs: 11_000,
  },
  // Routes of the next step: the old rule goes when the step begins to be routed, Kruise's after its grace period.
  'the next step has no matches': {
    kind: 'gone',
    state: /step \d StepTrafficRouting, \d gray pods? ready/,
    maxMs: 3_400,
  },
  'the next step has no matches, in partition style': {
    kind: 'gone',
    state: /step \d StepTrafficRouting, \d gray pods ready/,
    maxMs: 5_000,
  },
  // The workload shows it before the status, and the status before the canary Ingress goes.
  'the workload is rolled back or released anew': { kind: 'gone', state: /another template by now/, maxMs: 300 },
  'the Rollout is disabled': { kind: 'gone', state: /app: disabled/, maxMs: 4_100 },
  'the last step is over': { kind: 'gone', state: /completing/, maxMs: 100 },
  // Kruise does not look at a workload of size 0; its gray pods wait for a roll back that was asked for long ago.
  'it is rolled back at size 0': { kind: 'gone', state: /another template by now/, maxMs: 10_200 },
  // Kruise waits until the release that it refuses is taken back; what the user wants is known to be something else.
  'a newer blue-green release is refused': { kind: 'gone', state: /another template by now/, maxMs: 8_200 },
  // Kruise leaves a rule that leads to nothing: its canary Ingress outlives the workload and the readiness of the pods.
  'the workload was deleted': { kind: 'gone', state: /its workload is not found/, maxMs: 11_000 },
  'no gray pod is ready': { kind: 'gone', state: /no gray pod ready/, maxMs: 10_100 },
  // A TrafficRouting has its rule from the beginning of a release, the compiler from the first ready gray pod.
  'the gray pods are not there yet': { kind: 'gone', state: /the release is being prepared/, maxMs: 4_500 },
  // The nginx script knows the last match only; the edited plan counts at once, in Kruise after its rounds.
  'the plan was edited': { kind: 'other', state: /StepPaused, 1 gray pod ready/, maxMs: 4_000 },
  // v1alpha1 shows neither plan nor status of such a Rollout.
  'a blue-green Rollout is empty as v1alpha1': { kind: 'gone', state: /no status yet/, maxMs: 12_500 },
  // Lanes: another member is live, of which Kruise's Ingress for the entry knows nothing.
  'another member of the lane is live': {
    kind: 'early',
    state: /rollout-c: step \d Step\w+, 1 gray pod ready/,
    maxMs: 30_000,
  },
  // Without trafficRoutings there is no canary Ingress at all to compare with; see the test on gray pods.
  'Kruise has no routes of its own': { kind: 'early', state: /gray pods? ready/, maxMs: 30_000 },
};

/** The differences of each recording, in order. */
const EXPECTED: Readonly<Record<string, readonly (keyof typeof TOLERANCES)[]>> = {
  s01: ['the step is being routed, Kruise waits', 'the next step has no matches'],
  's01.v1alpha1': ['the step is being routed, Kruise waits', 'the next step has no matches'],
  s02: ['the step is being routed, Kruise waits', 'the workload is rolled back or released anew'],
  s03: [
    'the step is being routed, Kruise waits',
    'the workload is rolled back or released anew',
    'the step is being routed, Kruise waits',
    'the next step has no matches',
  ],
  s04: ['the step is being routed, Kruise waits', 'the next step has no matches'],
  s05: ['the step is being routed, Kruise waits', 'the plan was edited', 'the next step has no matches'],
  s06: [
    'the step is being routed, Kruise waits',
    'the Rollout is disabled',
    'the step is being routed, Kruise waits',
    'the workload is rolled back or released anew',
  ],
  s07: ['the step is being routed, Kruise waits', 'the next step has no matches'],
  s08: [
    'the step is being routed, Kruise waits',
    'the next step has no matches',
    'the step is being routed, Kruise waits',
    'the next step has no matches',
  ],
  s09: ['the step is being routed, Kruise waits', 'the next step has no matches'],
  's09.v1alpha1': ['a blue-green Rollout is empty as v1alpha1'],
  s10: ['the step is being routed, Kruise waits', 'a newer blue-green release is refused'],
  s11: ['the gray pods are not there yet', 'the last step is over'],
  's11.v1alpha1': ['the gray pods are not there yet', 'the last step is over'],
  s12: ['the step is being routed, Kruise waits', 'the next step has no matches, in partition style'],
  s13: [
    'the step is being routed, Kruise waits',
    'the next step has no matches',
    'the step is being routed, Kruise waits',
    'the workload is rolled back or released anew',
  ],
  s14: ['the step is being routed, Kruise waits', 'it is rolled back at size 0'],
  s15: ['the step is being routed, Kruise waits', 'the workload was deleted'],
  s16: ['the step is being routed, Kruise waits', 'no gray pod is ready'],
  s17: ['the step is being routed, Kruise waits', 'another member of the lane is live'],
  's17.v1alpha1': ['the step is being routed, Kruise waits', 'another member of the lane is live'],
  s18: ['Kruise has no routes of its own', 'Kruise has no routes of its own'],
  s18b: ['Kruise has no routes of its own', 'Kruise has no routes of its own'],
  s19: ['Kruise has no routes of its own'],
  s20: ['Kruise has no routes of its own', 'Kruise has no routes of its own', 'Kruise has no routes of its own'],
  s21: ['another member of the lane is live', 'another member of the lane is live'],
};

function isWithin(disagreement: Disagreement | undefined, name: string | undefined): boolean {
  const tolerance = name === undefined ? undefined : TOLERANCES[name];
  return (
    disagreement !== undefined &&
    tolerance !== undefined &&
    tolerance.kind === disagreement.kind &&
    tolerance.state.test(disagreement.state) &&
    disagreement.ms <= tolerance.maxMs
  );
}

test.each(recordings())(
  'in %s the rules agree with what Kruise enforces, apart from differences with a name',
  (name) => {
    const found = disagreements(replay(name));
    const expected = EXPECTED[name] ?? [];
    const unexplained = found.filter((disagreement, index) => !isWithin(disagreement, expected[index]));
    expect(unexplained).toEqual([]);
    expect(found.length).toBe(expected.length);
  },
);

test('every difference that has a name occurs', () => {
  const named = new Set(Object.values(EXPECTED).flat());
  expect(Object.keys(TOLERANCES).filter((name) => !named.has(name))).toEqual([]);
});
