import { describe, expect, test } from 'vitest';
import { EventObserver } from '../../agent/controller/event-observer.ts';
import { EVENTS } from '../../agent/controller/event-reasons.ts';
import { laneEvents, refusalEvents, type Told, toldByAnother } from '../../agent/controller/lane-events.ts';
import { ALONE, type Leadership } from '../../agent/controller/leadership.ts';
import type { Desired, Outcome } from '../../agent/controller/target.ts';
import { GraylaneError } from '../../agent/errors.ts';
import type { EventRecord } from '../../agent/kubernetes/event.ts';
import type { Lane, Member } from '../../agent/model/compiled.ts';
import type { Diagnostic } from '../../agent/model/diagnostic.ts';
import { diagnose } from '../../agent/model/reasons.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';

const WRITTEN: Outcome = { kind: 'written', what: 'spec.defaultConfig' };
const BLOCKED: Outcome = { kind: 'blocked', reason: 'ConflictingManager', message: 'Another manager has the field.' };

const on = (rollout: string): Member => ({ rollout, live: true, state: 'step 1 StepPaused, 1 gray pod ready' });
const off = (rollout: string, state = 'no release under way'): Member => ({ rollout, live: false, state });

/** The lane of the entry `shop/a`. */
function lane(members: readonly Member[], fields: Partial<Lane> = {}): Lane {
  const active = members.some(({ live }) => live);
  return {
    name: 'shop/a',
    entry: { kind: 'Rollout', namespace: 'shop', name: 'a' },
    members,
    active,
    rules: active ? ['shop/a/1'] : [],
    ...fields,
  };
}

function wanted(lanes: readonly Lane[], diagnostics: readonly Diagnostic[] = []): Desired {
  const compiled = { pluginConfig: {}, routes: [], baselines: [], entries: [], lanes, diagnostics, memory: [] };
  return { compiled, diagnostics, objects: () => [] };
}

/** `Reason on Kind namespace/name` for each event, state after state; each one is written unless said otherwise. */
function story(...states: readonly (Desired | readonly [Desired, Outcome])[]): readonly (readonly string[])[] {
  let told: Told | undefined;
  return states.map((state) => {
    const [desired, outcome] = 'compiled' in state ? [state, WRITTEN] : state;
    const telling = laneEvents(told, desired, outcome);
    told = telling.told;
    return telling.events.map(({ reason, object }) => `${reason} on ${object.kind} ${object.namespace}/${object.name}`);
  });
}

/** The notes of the events by which the second state follows the first. */
function notes(before: Desired, after: Desired, outcome = WRITTEN): readonly string[] {
  return laneEvents(laneEvents(undefined, before, WRITTEN).told, after, outcome).events.map(({ note }) => note);
}

const A = 'shop/a';
const C = 'shop/c';
const idle = wanted([lane([off(A), off(C)])]);
const onlyA = wanted([lane([on(A), off(C)])]);
const both = wanted([lane([on(A), on(C)])]);
const onlyC = wanted([lane([off(A, 'the release is over'), on(C)])]);

describe('the events of a lane', () => {
  test('tell its entry that it came into force, and that it is not any more', () => {
    expect(story(idle, onlyA, idle)).toEqual([
      [],
      ['LaneActivated on Rollout shop/a'],
      ['LaneDeactivated on Rollout shop/a'],
    ]);
  });

  test('tell the members that become live with it', () => {
    expect(story(idle, both)[1]).toEqual(['LaneActivated on Rollout shop/a', 'MemberActivated on Rollout shop/c']);
  });

  test('tell a member that its gray pods are met, and that they are not any more, while the lane stays', () => {
    expect(story(onlyA, both, onlyA)).toEqual([
      [],
      ['MemberActivated on Rollout shop/c'],
      ['MemberDeactivated on Rollout shop/c'],
    ]);
  });

  test('tell the entry as a member when the lane goes on without it', () => {
    expect(story(both, onlyC)[1]).toEqual(['MemberDeactivated on Rollout shop/a']);
  });

  test('tell nothing when nothing changes, or only how far a step is', () => {
    const later = wanted([lane([{ ...on(A), state: 'step 1 StepReady, 2 gray pods ready' }, off(C)])]);
    expect(story(onlyA, onlyA, later)).toEqual([[], [], []]);
  });

  test('tell nothing of what was in force when the agent started', () => {
    expect(story(both)).toEqual([[]]);
  });

  test('tell nothing of what another agent wrote', () => {
    expect(laneEvents(toldByAnother(both), both, WRITTEN).events).toEqual([]);
  });

  test('tell a TrafficRouting that is the entry', () => {
    const entry = { kind: 'TrafficRouting', namespace: 'shop', name: 'web' } as const;
    const of = (member: Member): Desired => wanted([lane([member], { name: 'shop/web', entry })]);
    expect(story(of(off(A)), of(on(A)))[1]).toEqual([
      'LaneActivated on TrafficRouting shop/web',
      'MemberActivated on Rollout shop/a',
    ]);
  });

  test('keep lanes apart whose entries have the same name and another kind', () => {
    const routing = lane([off(C)], { entry: { kind: 'TrafficRouting', namespace: 'shop', name: 'a' } });
    const [first, second] = [wanted([lane([off(A)]), routing]), wanted([lane([on(A)]), routing])];
    expect(story(first, second)[1]).toEqual(['LaneActivated on Rollout shop/a']);
  });

  test('tell a member that left for another lane', () => {
    expect(story(both, onlyA, wanted([lane([on(A)])]))).toEqual([[], ['MemberDeactivated on Rollout shop/c'], []]);
    expect(story(both, wanted([lane([on(A)])]))[1]).toEqual(['MemberDeactivated on Rollout shop/c']);
  });

  test('tell an entry that is gone', () => {
    expect(story(onlyA, wanted([]))[1]).toEqual(['LaneDeactivated on Rollout shop/a']);
    expect(notes(onlyA, wanted([]))).toEqual(['The lane shop/a is not in force any more: it has no Rollout.']);
  });

  test('say what is in force, and why not', () => {
    expect(notes(idle, both)).toEqual([
      'The lane shop/a is in force with 1 rule; gray pods serve of shop/a, shop/c.',
      'Requests of the lane shop/a meet its gray pods: step 1 StepPaused, 1 gray pod ready.',
    ]);
    const rolledBack = wanted([lane([off(A, 'being rolled back'), off(C)])]);
    expect(notes(onlyA, rolledBack)).toEqual([
      'The lane shop/a is not in force any more: no gray pods serve of shop/a (being rolled back), shop/c (no release under way).',
    ]);
  });

  test('count the members that are too many to be named', () => {
    const names = Array.from({ length: 13 }, (_, number) => `shop/m${number}`);
    const [before, after] = [wanted([lane(names.map((name) => off(name)))]), wanted([lane(names.map(on))])];
    expect(notes(before, after)[0]).toMatch(/of shop\/m0, .*, shop\/m9 and 3 more\.$/);
  });
});

describe('a rule that is rejected', () => {
  const object = { kind: 'Rollout', namespace: 'shop', name: 'a' };
  const path = 'spec.strategy.canary.steps[0].matches[0]';
  const error = diagnose(object, {
    path,
    reason: 'InvalidRegex',
    what: 'The pattern "secret-\\1" has a look-ahead',
  });
  const bad = wanted([lane([off(A)])], [error]);
  const good = wanted([lane([off(A)])]);

  test('is told once, and again when it comes back', () => {
    expect(story(good, bad, bad, good, bad)).toEqual([
      [],
      ['RuleRejected on Rollout shop/a'],
      [],
      [],
      ['RuleRejected on Rollout shop/a'],
    ]);
  });

  test('is told after a start too', () => {
    expect(story(bad)).toEqual([['RuleRejected on Rollout shop/a']]);
  });

  test('is told with its place and what to do, without what is in it', () => {
    const [note] = notes(good, bad);
    expect(note).toMatch(/^InvalidRegex at spec\.strategy\.canary\.steps\[0\]\.matches\[0\]: .*Write it without them/);
    expect(note).not.toContain('secret');
  });

  test('is not told when it is a warning, or about another kind of object', () => {
    const warning = diagnose(object, { path, reason: 'NoTag', what: 'x' });
    const ingress = diagnose({ ...object, kind: 'Ingress' }, { path, reason: 'InvalidScope', what: 'x' });
    expect(story(wanted([], [warning, ingress]))).toEqual([[]]);
  });
});

describe('a configuration that is refused', () => {
  test('is told to the entries of the lanes that would change, and to the Rollouts that would', () => {
    const other = lane([on('shop/x')], { name: 'shop/x', entry: { kind: 'Rollout', namespace: 'shop', name: 'x' } });
    const before = wanted([lane([on(A), off(C)]), other]);
    const after = wanted([lane([on(A), on(C)]), other]);
    expect(story(before, [after, BLOCKED])[1]).toEqual([
      'ConfigRefused on Rollout shop/a',
      'ConfigRefused on Rollout shop/c',
    ]);
  });

  test('is told once as long as it is refused for the same reason', () => {
    const otherwise: Outcome = { ...BLOCKED, reason: 'TooLarge' };
    expect(story(idle, [onlyA, BLOCKED], [onlyA, BLOCKED], [onlyA, otherwise], [onlyA, BLOCKED])).toEqual([
      [],
      ['ConfigRefused on Rollout shop/a'],
      [],
      ['ConfigRefused on Rollout shop/a'],
      [],
    ]);
  });

  test('is told again when it was written meanwhile', () => {
    expect(story(idle, [onlyA, BLOCKED], idle, [onlyA, BLOCKED])[3]).toEqual(['ConfigRefused on Rollout shop/a']);
  });

  test('leaves what comes into force to be told when it does', () => {
    expect(story(idle, [onlyA, BLOCKED], onlyA)[2]).toEqual(['LaneActivated on Rollout shop/a']);
  });

  test('is told to every lane that should be in force when the agent finds it so', () => {
    expect(story([both, BLOCKED])).toEqual([['ConfigRefused on Rollout shop/a', 'ConfigRefused on Rollout shop/c']]);
  });

  test('is told to no lane that is not to be in force', () => {
    const prepared = wanted([lane([off(A)], { rules: ['shop/a/1'] })]);
    expect(story([prepared, BLOCKED])).toEqual([[]]);
  });

  test('says why', () => {
    expect(notes(idle, onlyA, BLOCKED)).toEqual([
      'The gateways keep what they have. ConflictingManager: Another manager has the field.',
    ]);
  });

  test('is not remembered for ever while the message changes', () => {
    let { told } = laneEvents(undefined, idle, WRITTEN);
    for (let rules = 0; rules < 5000; rules += 1) {
      told = laneEvents(told, both, { ...BLOCKED, message: `There are ${rules} rules too many.` }).told;
    }
    expect(told.refused.size).toBeLessThan(1100);
  });

  test('by the plugin as a whole is told to the entries in force', () => {
    const { told } = laneEvents(undefined, both, WRITTEN);
    const { events, told: after } = refusalEvents(told, 'CompiledConfigRefused');
    expect(events.map(({ reason, object }) => `${reason} ${object.name}`)).toEqual(['ConfigRefused a']);
    expect(events[0]?.note).toContain('GL9001');
    expect(refusalEvents(after, 'CompiledConfigRefused').events).toEqual([]);
    expect(refusalEvents(undefined, 'CompiledConfigRefused').events).toEqual([]);
  });
});

describe('an observer that records events', () => {
  const FOLLOWER: Leadership = { isLeader: false, holder: 'another', signal: AbortSignal.abort() };

  function observe(leadership: Leadership = ALONE): { observer: EventObserver; records: EventRecord[] } {
    const records: EventRecord[] = [];
    return { observer: new EventObserver({ record: (record) => void records.push(record) }, leadership), records };
  }

  const rollout: KubernetesObject = {
    apiVersion: 'rollouts.kruise.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'a', namespace: 'shop', ...{ uid: 'the-uid' } },
  };

  test('names the object as it was read, so that kubectl describe finds them', () => {
    const { observer, records } = observe();
    observer.applied(idle, WRITTEN);
    observer.applied({ ...onlyA, objects: () => [rollout] }, WRITTEN);
    expect(records).toEqual([
      {
        regarding: {
          apiVersion: 'rollouts.kruise.io/v1alpha1',
          kind: 'Rollout',
          namespace: 'shop',
          name: 'a',
          uid: 'the-uid',
        },
        type: 'Normal',
        reason: 'LaneActivated',
        action: EVENTS.LaneActivated.action,
        note: expect.stringContaining('is in force'),
      },
    ]);
  });

  test('names an object that is gone without its uid', () => {
    const { observer, records } = observe();
    observer.applied(onlyA, WRITTEN);
    observer.applied(wanted([]), WRITTEN);
    expect(records.map(({ regarding }) => regarding)).toEqual([
      { apiVersion: 'rollouts.kruise.io/v1beta1', kind: 'Rollout', namespace: 'shop', name: 'a' },
    ]);
  });

  test('records nothing while another agent leads', () => {
    const { observer, records } = observe(FOLLOWER);
    observer.compiled(idle);
    observer.compiled(onlyA);
    observer.failed(new GraylaneError('CompiledConfigRefused', 'no'));
    expect(records).toEqual([]);
  });

  test('goes on from what another agent wrote when it becomes the leader', () => {
    const leadership = { ...FOLLOWER };
    const { observer, records } = observe(leadership);
    observer.compiled(onlyA);
    leadership.isLeader = true;
    observer.compiled(both);
    observer.applied(both, WRITTEN);
    expect(records.map(({ reason, regarding }) => `${reason} ${regarding.name}`)).toEqual(['MemberActivated c']);
  });

  test('tells what was rejected before anybody led', () => {
    const leadership = { ...FOLLOWER, holder: undefined };
    const { observer, records } = observe(leadership);
    const object = { kind: 'Rollout', namespace: 'shop', name: 'a' };
    const rejecting = wanted(
      [],
      [diagnose(object, { path: 'spec', reason: 'EmptyMatch', what: 'It has no condition' })],
    );
    observer.compiled(rejecting);
    leadership.isLeader = true;
    observer.applied(rejecting, WRITTEN);
    expect(records.map(({ reason, regarding }) => `${reason} ${regarding.name}`)).toEqual(['RuleRejected a']);
  });

  test('does not tell the words of the plugin when the target says that a state was refused', () => {
    const { observer, records } = observe();
    observer.applied(idle, WRITTEN);
    observer.applied({ ...onlyA, refusal: 'The plugin says x at /: secret' }, { ...BLOCKED, reason: 'ConfigRefused' });
    expect(records).toEqual([]);
    observer.applied(onlyA, WRITTEN);
    expect(records.map(({ reason }) => reason)).toEqual(['LaneActivated']);
  });

  test('tells of a state that cannot be compiled', () => {
    const { observer, records } = observe();
    observer.applied(onlyA, WRITTEN);
    observer.failed(new GraylaneError('CompiledConfigRefused', 'The plugin says x at /: secret'));
    expect(records.map(({ reason, type }) => `${type} ${reason}`)).toEqual(['Warning ConfigRefused']);
    expect(records[0]?.note).not.toContain('secret');
  });
});
