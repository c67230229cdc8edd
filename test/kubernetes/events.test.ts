import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '../../agent/kubernetes/api-server.ts';
import type { EventRecord } from '../../agent/kubernetes/event.ts';
import { type EventLimits, EventRecorder } from '../../agent/kubernetes/events.ts';
import { SILENT } from '../../agent/log.ts';
import { at, textAt } from '../../agent/model/json.ts';
import { EventServer } from './event-server.ts';

let server: EventServer;
let recorders: EventRecorder[];
let warnings: string[];

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 2, 3, 4, 5, 678) });
  server = new EventServer();
  recorders = [];
  warnings = [];
});

afterEach(async () => {
  server.isHung = false;
  const closing = Promise.all(recorders.map((recorder) => recorder.close()));
  await vi.advanceTimersByTimeAsync(2_000);
  await closing;
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function recorder(limits: EventLimits = {}): EventRecorder {
  const made = new EventRecorder({
    api: server,
    instance: 'graylane-7c9f',
    log: { ...SILENT, warn: (message) => void warnings.push(message) },
    now: () => performance.now(),
    wallNow: () => Date.now(),
    limits,
  });
  recorders.push(made);
  return made;
}

function event(fields: Partial<EventRecord> = {}, name = 'a'): EventRecord {
  return {
    regarding: { apiVersion: 'rollouts.kruise.io/v1beta1', kind: 'Rollout', namespace: 'shop', name, uid: 'u' },
    type: 'Normal',
    reason: 'LaneActivated',
    action: 'EnforceRules',
    note: 'The lane is in force.',
    ...fields,
  };
}

const seconds = (count: number): Promise<unknown> => vi.advanceTimersByTimeAsync(count * 1000);
const counts = (): readonly unknown[] => [...server.events.values()].map((one) => at(one, 'series', 'count'));

describe('an event that is recorded', () => {
  test('is created at once, in the namespace of the object', async () => {
    recorder().record(event());
    await seconds(0);
    expect(server.requests).toEqual(['POST /apis/events.k8s.io/v1/namespaces/shop/events']);
    expect(server.only).toEqual({
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: expect.stringMatching(/^a\.[0-9a-f]{16}$/), namespace: 'shop' },
      eventTime: '2026-01-02T03:04:05.678000Z',
      reportingController: 'graylane',
      reportingInstance: 'graylane-7c9f',
      regarding: event().regarding,
      type: 'Normal',
      reason: 'LaneActivated',
      action: 'EnforceRules',
      note: 'The lane is in force.',
    });
  });

  test.each([
    ['about another object', event({}, 'b')],
    ['about an object that was created anew', event({ regarding: { ...event().regarding, uid: 'v' } })],
    ['for another reason', event({ reason: 'LaneDeactivated' })],
    ['with another note', event({ note: 'The lane is in force with 2 rules.' })],
  ])('is another one than one %s', async (_, other) => {
    const one = recorder();
    one.record(event());
    one.record(other);
    await seconds(1);
    expect(counts()).toEqual([undefined, undefined]);
  });

  test('has a note that is cut off at 1024 bytes, between characters', async () => {
    const one = recorder();
    for (const begin of ['', 'x']) one.record(event({ note: `${begin}${'ä'.repeat(600)}` }));
    await seconds(0.1);
    const notes = [...server.events.values()].map((found) => textAt(found, 'note') ?? '');
    expect(notes).toEqual([`${'ä'.repeat(510)}…`, `x${'ä'.repeat(510)}…`]);
    expect(notes.map((note) => Buffer.byteLength(note))).toEqual([1023, 1024]);
  });

  test('has a name that is valid though the name of the object is as long as can be', async () => {
    recorder().record(event({}, `${'a'.repeat(235)}.-.${'b'.repeat(15)}`));
    await seconds(0);
    const name = textAt(server.only, 'metadata', 'name') ?? '';
    expect(name).toMatch(/^a{235}\.[0-9a-f]{16}$/);
  });
});

describe('an event that is repeated', () => {
  test('becomes a series of one Event, counted at once and then once a minute', async () => {
    const one = recorder();
    one.record(event());
    await seconds(1);
    one.record(event());
    await seconds(1);
    expect(server.only).toMatchObject({ series: { count: 2, lastObservedTime: '2026-01-02T03:04:06.678000Z' } });
    for (let n = 0; n < 270; n += 1) {
      one.record(event());
      await seconds(1);
    }
    expect(at(server.only, 'series', 'count')).toBeLessThan(250);
    expect(server.requests.map((request) => request.split(' ', 1)[0])).toEqual(['POST', ...Array(5).fill('PATCH')]);
    await seconds(60);
    expect(server.only).toMatchObject({ eventTime: '2026-01-02T03:04:05.678000Z', series: { count: 272 } });
  });

  test('before it could be created is created as a series', async () => {
    const one = recorder();
    for (let n = 0; n < 5; n += 1) one.record(event());
    await seconds(1);
    expect([counts(), server.requests.length]).toEqual([[5], 1]);
  });

  test('when the API server has forgotten it begins a new series', async () => {
    const one = recorder();
    one.record(event());
    one.record(event());
    await seconds(3600);
    server.events.clear();
    one.record(event());
    await seconds(60);
    expect(server.only).toMatchObject({ eventTime: '2026-01-02T04:04:05.678000Z' });
    expect(counts()).toEqual([undefined]);
  });

  test('by an agent that was started anew, or by another, stays one Event', async () => {
    recorder().record(event());
    await seconds(1);
    recorder().record(event());
    recorder().record(event());
    await seconds(5);
    expect(counts()).toEqual([2]);
  });
});

describe('a recorder', () => {
  test('creates no more events about one object than 25, and then one in five minutes', async () => {
    const one = recorder();
    for (let n = 0; n < 1000; n += 1) one.record(event({ note: `${n}` }));
    one.record(event({}, 'b'));
    await seconds(100);
    expect(server.events.size).toBe(26);
    await seconds(200);
    for (let n = 0; n < 1000; n += 1) one.record(event({ note: `later ${n}` }));
    await seconds(100);
    expect(server.events.size).toBe(27);
    expect(new Set(warnings)).toEqual(new Set(['too many events, some are dropped']));
    expect(warnings.length).toBe(2);
  });

  test('makes no more requests than 50, and then five a second', async () => {
    const one = recorder();
    for (let n = 0; n < 100; n += 1) one.record(event({}, `a${n}`));
    await seconds(0.1);
    expect(server.requests.length).toBe(50);
    await seconds(4);
    expect(server.requests.length).toBe(70);
    await seconds(6);
    expect(server.requests.length).toBe(100);
  });

  test('remembers no more events than it may, and drops what is too much', async () => {
    const one = recorder({ known: 10 });
    for (let n = 0; n < 15; n += 1) one.record(event({}, `a${n}`));
    await seconds(1);
    expect([server.events.size, warnings]).toEqual([10, ['too many events, some are dropped']]);
    one.record(event({}, 'b'));
    await seconds(1);
    expect(server.events.size).toBe(11);
  });

  test('tries again when the API server is away, and counts what happened meanwhile', async () => {
    server.trouble = new ApiError('connect ECONNREFUSED');
    const one = recorder();
    one.record(event());
    await seconds(20);
    one.record(event());
    server.trouble = undefined;
    await seconds(60);
    expect(server.only).toMatchObject({
      eventTime: '2026-01-02T03:04:05.678000Z',
      series: { count: 2, lastObservedTime: '2026-01-02T03:04:25.678000Z' },
    });
    expect(warnings).toEqual([]);
  });

  test('gives an event up after a dozen tries, and goes on with the next ones', async () => {
    server.trouble = new ApiError('overloaded', { status: 500 });
    const one = recorder();
    one.record(event());
    await seconds(1000);
    expect(server.requests.length).toBe(13);
    server.trouble = undefined;
    one.record(event({}, 'b'));
    await seconds(1);
    expect([...server.events.keys()].map((path) => path.replace(/.*\/(\w+)\..*/, '$1'))).toEqual(['b']);
    expect(warnings).toEqual(['cannot record an event']);
  });

  test('gives up within a minute when it has no right to, and says so once', async () => {
    server.trouble = new ApiError('forbidden', { status: 403, reason: 'Forbidden' });
    const one = recorder();
    for (let n = 0; n < 5; n += 1) one.record(event({}, `a${n}`));
    await seconds(50);
    expect(server.requests.length).toBe(25);
    await seconds(300);
    expect(server.requests.length).toBe(25);
    expect(warnings).toEqual(['cannot record an event']);
  });

  test('tries what was refused again a minute later at the earliest, when it happens again', async () => {
    server.trouble = new ApiError('forbidden', { status: 403, reason: 'Forbidden' });
    const one = recorder();
    one.record(event());
    await seconds(16);
    server.trouble = undefined;
    one.record(event());
    await seconds(50);
    expect(server.events.size).toBe(0);
    await seconds(10);
    expect(counts()).toEqual([2]);
  });
});

describe('a recorder that is closed', () => {
  test('tells what it had put off', async () => {
    const one = recorder();
    for (let n = 0; n < 3; n += 1) {
      one.record(event());
      await seconds(1);
    }
    expect(counts()).toEqual([2]);
    await one.close();
    expect(counts()).toEqual([3]);
  });

  test('does not keep to its pace any more', async () => {
    const one = recorder();
    for (let n = 0; n < 90; n += 1) one.record(event({}, `a${n}`));
    await one.close();
    expect(server.events.size).toBe(90);
  });

  test('waits for two seconds at most', async () => {
    const one = recorder();
    server.isHung = true;
    one.record(event());
    await seconds(0);
    let isClosed = false;
    void one.close().then(() => {
      isClosed = true;
    });
    await seconds(1.9);
    expect(isClosed).toBe(false);
    await seconds(0.1);
    expect(isClosed).toBe(true);
  });

  test('records nothing any more', async () => {
    const one = recorder();
    await one.close();
    one.record(event());
    await seconds(10);
    expect(server.requests).toEqual([]);
  });
});
