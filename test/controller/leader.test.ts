import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Leader } from '../../agent/controller/leader.ts';
import { ObservedLease } from '../../agent/controller/observed-lease.ts';
import { type Logger, SILENT } from '../../agent/log.ts';
import { LeaseClient, LeaseServer, type Way } from './lease-server.ts';

/** An agent that takes part in the election. */
interface Candidate {
  readonly leader: Leader;
  readonly client: LeaseClient;
  /** Resolves when it has stopped. */
  stop(): Promise<void>;
  /** As when nothing of this process runs for so long: its clock is that much further at once. */
  block(ms: number): void;
}

interface Circumstances {
  readonly identity?: string;
  readonly wallSkewMs?: number;
  readonly log?: Logger;
  readonly random?: number;
}

let server: LeaseServer;
let candidates: Candidate[];

beforeEach(() => {
  vi.useFakeTimers();
  server = new LeaseServer();
  candidates = [];
});

afterEach(async () => {
  for (const { client } of candidates) client.way = 'down';
  await Promise.all(candidates.map((candidate) => candidate.stop()));
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function candidate({ identity, wallSkewMs = 0, log = SILENT, random = 0.5 }: Circumstances = {}): Candidate {
  const client = new LeaseClient(server);
  let blockedMs = 0;
  const leader = new Leader({
    api: client,
    namespace: 'graylane-system',
    name: 'graylane',
    identity: identity ?? `agent-${candidates.length + 1}`,
    log,
    now: () => performance.now() + blockedMs,
    wallNow: () => Date.now() + wallSkewMs,
    random: () => random,
  });
  const stopping = new AbortController();
  const running = leader.run(stopping.signal);
  const made: Candidate = {
    leader,
    client,
    stop: () => {
      stopping.abort();
      return running;
    },
    block: (ms) => {
      blockedMs += ms;
    },
  };
  candidates.push(made);
  return made;
}

/** Lets time pass, and finds at every tenth of a second that at most one leads. */
async function pass(seconds: number): Promise<void> {
  for (let tenths = 0; tenths < seconds * 10; tenths += 1) {
    await vi.advanceTimersByTimeAsync(100);
    expect(candidates.filter(({ leader }) => leader.isLeader).length).toBeLessThanOrEqual(1);
  }
}

/** Seconds until it leads, or does not lead any more. */
async function secondsUntil(isLeader: boolean, { leader }: Candidate): Promise<number> {
  const start = performance.now();
  while (leader.isLeader !== isLeader) {
    expect(performance.now() - start).toBeLessThan(100_000);
    await pass(0.1);
  }
  return (performance.now() - start) / 1000;
}

describe('the first agent', () => {
  test('creates the Lease and leads', async () => {
    const { leader } = candidate();
    await pass(0.1);
    expect([leader.isLeader, leader.holder, leader.term, leader.signal.aborted]).toEqual([true, 'agent-1', 0, false]);
    expect(server.lease).toMatchObject({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'graylane', namespace: 'graylane-system' },
      spec: { holderIdentity: 'agent-1', leaseDurationSeconds: 15, leaseTransitions: 0 },
    });
    expect(server.spec['acquireTime']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  test('renews with one request about every two seconds', async () => {
    const { client } = candidate();
    await pass(22.1);
    expect(client.requests.slice(0, 3)).toEqual(['GET', 'POST', 'PUT']);
    expect(client.requests.length).toBe(12);
  });

  test('leaves acquireTime as it was when it renews', async () => {
    candidate();
    await pass(0.1);
    const { acquireTime, renewTime } = server.spec;
    await pass(5);
    expect(server.spec['acquireTime']).toBe(acquireTime);
    expect(server.spec['renewTime']).not.toBe(renewTime);
  });

  test('keeps what others wrote into the Lease, and leads on', async () => {
    const { leader } = candidate();
    await pass(0.1);
    const { signal } = leader;
    server.edit({ labels: { owner: 'platform' } }, {});
    await pass(5);
    expect(server.lease).toMatchObject({ metadata: { labels: { owner: 'platform' } } });
    expect([leader.isLeader, signal.aborted]).toEqual([true, false]);
  });
});

describe('a second agent', () => {
  test('follows as long as the first one renews', async () => {
    const [first, second] = [candidate(), candidate()];
    await pass(300);
    expect([first.leader.isLeader, second.leader.isLeader, second.leader.holder]).toEqual([true, false, 'agent-1']);
    expect([second.leader.signal.aborted, second.leader.term]).toEqual([true, undefined]);
  });

  test('that starts at the same moment does not lead as well', async () => {
    const both = [candidate(), candidate()];
    await pass(0.1);
    expect(both.map(({ leader }) => leader.isLeader)).toEqual([true, false]);
  });

  test('leads 15 seconds after the last sign of life of the first one, which stopped five seconds before', async () => {
    const [first, second] = [candidate(), candidate()];
    await pass(10);
    first.client.way = 'down';
    const stopped = await secondsUntil(false, first);
    const taken = stopped + (await secondsUntil(true, second));
    expect(stopped).toBeGreaterThan(7.5);
    expect(stopped).toBeLessThanOrEqual(10);
    expect(taken).toBeGreaterThan(stopped + 4.9);
    expect(taken).toBeLessThan(20);
    expect(server.spec).toMatchObject({ holderIdentity: 'agent-2', leaseTransitions: 1 });
  });

  test.each([
    ['behind', -3_600_000],
    ['ahead', 3_600_000],
  ])('does not mind that the clock of the first one is %s', async (_, wallSkewMs) => {
    const [first, second] = [candidate({ wallSkewMs }), candidate()];
    await pass(60);
    expect(first.leader.isLeader).toBe(true);
    first.client.way = 'down';
    await secondsUntil(false, first);
    expect(await secondsUntil(true, second)).toBeLessThan(10);
  });

  test('leads within three seconds when the first one stops', async () => {
    const [first, second] = [candidate(), candidate()];
    await pass(10);
    await first.stop();
    expect(server.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 0 });
    expect(await secondsUntil(true, second)).toBeLessThan(3);
    expect([second.leader.term, second.leader.holder]).toEqual([1, 'agent-2']);
  });

  test('waits as long as the Lease says that it has to', async () => {
    const [first, second] = [candidate(), candidate()];
    await pass(1);
    first.client.way = 'down';
    server.edit({}, { leaseDurationSeconds: 40 });
    await pass(39);
    expect(second.leader.isLeader).toBe(false);
    await pass(6);
    expect(second.leader.isLeader).toBe(true);
  });

  test.each([1, 2, 3, 4])('never leads beside another when several wait for the same Lease (%i)', async (random) => {
    const first = candidate();
    await pass(1);
    const others = [0, 1, 2].map((n) => candidate({ random: ((random * 7 + n) % 5) / 5 }));
    await pass(5);
    first.client.way = 'down';
    await pass(40);
    expect(others.filter(({ leader }) => leader.isLeader).length).toBe(1);
  });
});

describe('a leader', () => {
  test('ends its term by itself ten seconds after the last renewal', async () => {
    const { leader, client } = candidate();
    await pass(0.1);
    const { signal } = leader;
    client.way = 'down';
    await vi.advanceTimersByTimeAsync(9_800);
    expect(signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect([signal.aborted, leader.isLeader, leader.term]).toEqual([true, false, undefined]);
  });

  test.each<Way>(['hung', 'lost', 'late'])('ends its term in time when its requests are %s', async (way) => {
    const first = candidate();
    candidate();
    await pass(5);
    const { signal } = first.leader;
    first.client.way = way;
    expect(await secondsUntil(false, first)).toBeLessThanOrEqual(10);
    expect(signal.aborted).toBe(true);
    await pass(60);
  });

  test('outlives a time without answers that is shorter than its deadline', async () => {
    const { leader, client } = candidate();
    await pass(0.1);
    const { signal } = leader;
    client.way = 'hung';
    await pass(6);
    client.way = 'open';
    await pass(20);
    expect([leader.isLeader, signal.aborted, leader.term]).toEqual([true, false, 0]);
  });

  test('does not lead any more at the first look after nothing ran for long', async () => {
    const first = candidate();
    await pass(1);
    const { signal } = first.leader;
    first.block(11_000);
    expect(signal.aborted).toBe(false);
    expect([first.leader.isLeader, signal.aborted, first.leader.signal.aborted]).toEqual([false, true, true]);
  });

  test('has a new signal and a greater number for each term', async () => {
    const first = candidate();
    await pass(1);
    const { signal, term } = first.leader;
    first.block(11_000);
    await pass(5);
    expect([term, first.leader.term]).toEqual([0, 1]);
    expect([signal.aborted, first.leader.signal.aborted]).toEqual([true, false]);
  });

  test('does not lead by an answer that comes when its term would be over', async () => {
    const first = candidate();
    first.client.onRequest = ({ method }) => {
      if (method === 'POST') first.block(10_000);
    };
    await vi.advanceTimersByTimeAsync(100);
    expect([server.spec['holderIdentity'], first.leader.isLeader]).toEqual(['agent-1', false]);
    await pass(5);
    expect([first.leader.isLeader, first.leader.term]).toEqual([true, 1]);
  });

  test('counts its deadline from when it sent the renewal, not from when the answer came', async () => {
    const first = candidate();
    await pass(1);
    first.client.onRequest = () => {
      first.block(4_000);
      first.client.way = 'down';
    };
    while (first.client.way === 'open') await pass(0.1);
    expect(await secondsUntil(false, first)).toBeLessThanOrEqual(6);
  });

  test('that comes back to find the Lease gone does not create it while another may still lead', async () => {
    const [first, second] = [candidate({ random: 0 }), candidate()];
    await pass(5);
    first.client.way = 'down';
    await pass(20);
    expect(second.leader.isLeader).toBe(true);
    second.client.way = 'hung';
    server.delete();
    first.client.way = 'open';
    await pass(14);
    expect([first.leader.isLeader, second.leader.isLeader]).toEqual([false, false]);
    await pass(5);
    expect(first.leader.isLeader).toBe(true);
  });

  test('ends its term as soon as it sees that somebody gave the Lease to another', async () => {
    const first = candidate();
    await pass(1);
    server.edit({}, { holderIdentity: 'somebody' });
    expect(await secondsUntil(false, first)).toBeLessThan(3);
    expect(first.leader.holder).toBe('somebody');
    await pass(10);
    expect(first.leader.isLeader).toBe(false);
  });

  test('creates the Lease anew when somebody deletes it, and nobody else does', async () => {
    const [first, second] = [candidate(), candidate({ random: 0 })];
    await pass(5);
    const { signal } = first.leader;
    server.delete();
    await pass(30);
    expect([first.leader.isLeader, second.leader.isLeader, signal.aborted]).toEqual([true, false, false]);
    expect(server.spec).toMatchObject({ holderIdentity: 'agent-1', leaseTransitions: 0 });
  });

  test('is followed when it is gone and the Lease too, with a number that was not there before', async () => {
    const [first, second] = [candidate(), candidate()];
    await pass(5);
    first.client.way = 'down';
    server.delete();
    await secondsUntil(false, first);
    expect(await secondsUntil(true, second)).toBeLessThan(20);
    expect(second.leader.term).toBe(1);
  });
});

describe('an agent that tries to lead', () => {
  test.each<Way>(['lost', 'late'])(
    'leads as soon as it learns that it has the Lease, when the answer is %s',
    async (way) => {
      const first = candidate();
      first.client.onRequest = ({ method }) => {
        if (method === 'GET') first.client.way = way;
      };
      await pass(1);
      first.client.onRequest = () => undefined;
      await pass(5);
      expect([server.spec['holderIdentity'], first.leader.isLeader]).toEqual(['agent-1', false]);
      first.client.way = 'open';
      expect(await secondsUntil(true, first)).toBeLessThan(6);
    },
  );

  test('waits for a Lease that another process of the same name left behind', async () => {
    const first = candidate({ identity: 'same' });
    await pass(1);
    first.client.way = 'down';
    const second = candidate({ identity: 'same' });
    expect(await secondsUntil(true, second)).toBeGreaterThan(15);
  });

  test('does not take an answer without a resourceVersion for a Lease', async () => {
    const first = candidate();
    vi.spyOn(first.client, 'request').mockResolvedValue({ kind: 'Status' });
    await pass(5);
    expect(first.leader.isLeader).toBe(false);
  });

  test('tells the log of a failure once, and again when it comes back', async () => {
    const told: string[] = [];
    const log = { ...SILENT, warn: (message: string) => void told.push(message) };
    const { client } = candidate({ log });
    client.way = 'down';
    await pass(30);
    client.way = 'open';
    await pass(5);
    client.way = 'down';
    await pass(5);
    expect(told).toEqual(Array.from({ length: 2 }, () => 'cannot use the lease, trying again'));
  });
});

describe('an agent that stops', () => {
  test('does not lead any more before it gives the Lease up', async () => {
    const first = candidate();
    await pass(1);
    const { signal } = first.leader;
    const ledWhileReleasing: boolean[] = [];
    first.client.onRequest = () => void ledWhileReleasing.push(first.leader.isLeader);
    await first.stop();
    expect(ledWhileReleasing).toEqual([false, false]);
    expect(signal.aborted).toBe(true);
  });

  test('leaves the Lease of another alone', async () => {
    const [, second] = [candidate(), candidate()];
    await pass(5);
    await second.stop();
    await pass(1);
    expect(server.spec['holderIdentity']).toBe('agent-1');
  });

  test('stops although no answer comes', async () => {
    const first = candidate();
    await pass(1);
    first.client.way = 'hung';
    let hasStopped = false;
    void first.stop().then(() => {
      hasStopped = true;
    });
    await pass(11);
    expect(hasStopped).toBe(true);
  });
});

test('listeners are told when an agent begins or ceases to lead, and when another does', async () => {
  const first = candidate();
  const told: string[] = [];
  first.leader.onChange(() => void told.push(`${first.leader.isLeader} ${first.leader.holder}`));
  await pass(1);
  server.edit({}, { holderIdentity: 'somebody' });
  await pass(5);
  expect(told).toEqual(['false agent-1', 'true agent-1', 'false somebody', 'false somebody']);
});

test('times that cannot be safe are refused', () => {
  const make = (timing: { leaseMs: number; renewDeadlineMs: number; retryMs: number }): Leader =>
    new Leader({
      api: new LeaseClient(server),
      namespace: 'a',
      name: 'b',
      identity: 'c',
      log: SILENT,
      now: () => 0,
      wallNow: () => 0,
      random: () => 0,
      timing,
    });
  expect(() => make({ leaseMs: 10_000, renewDeadlineMs: 10_000, retryMs: 2_000 })).toThrow(RangeError);
  expect(() => make({ leaseMs: 15_000, renewDeadlineMs: 2_000, retryMs: 2_000 })).toThrow(RangeError);
  expect(() => make({ leaseMs: 15_500, renewDeadlineMs: 10_000, retryMs: 2_000 })).toThrow(RangeError);
});

test('a Lease that is gone is waited for like every other, though nobody had it when it was last seen', () => {
  let now = 0;
  const observed = new ObservedLease({ identity: 'a', leaseMs: 15_000, now: () => now });
  const record = { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: undefined, leaseTransitions: 7 };
  observed.see({ record, object: { spec: record } });
  expect(observed.isFree).toBe(true);
  observed.see(undefined);
  now = 15_000;
  expect(observed.isFree).toBe(false);
  now = 15_001;
  expect([observed.isFree, observed.nextTransitions]).toEqual([true, 8]);
});

/** Something that goes wrong for a while. */
type Fault = { readonly agent: number; readonly seconds: number } & (
  | { readonly kind: 'way'; readonly way: Way }
  | { readonly kind: 'block' | 'delete' | 'edit' }
);

const FAULT = fc.record({ agent: fc.nat(2), seconds: fc.integer({ min: 1, max: 25 }) }).chain((at) =>
  fc.oneof(
    fc.constantFrom<Way>('open', 'down', 'hung', 'lost', 'late').map((way): Fault => ({ ...at, kind: 'way', way })),
    fc.constantFrom('block' as const, 'delete' as const, 'edit' as const).map((kind): Fault => ({ ...at, kind })),
  ),
);

function befall({ agent, seconds, ...fault }: Fault): void {
  const { client, leader, block } = candidates[agent] ?? candidate();
  if (fault.kind === 'way') client.way = fault.way;
  // Of a follower this would say that its clock runs faster than those of the others, against which nothing helps.
  else if (fault.kind === 'block' && leader.isLeader) block(seconds * 1000);
  else if (fault.kind === 'delete') server.delete();
  else if (server.lease !== undefined) server.edit({ labels: { seconds: `${seconds}` } }, {});
}

test('whatever goes wrong, never do two lead at once, and one leads again once nothing is wrong', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(FAULT, { maxLength: 25 }), async (faults) => {
      server = new LeaseServer();
      candidates = [candidate({ random: 0 }), candidate({ random: 0.4 }), candidate({ random: 0.9 })];
      await pass(5);
      for (const fault of faults) {
        befall(fault);
        await pass(fault.seconds);
      }
      for (const { client } of candidates) client.way = 'open';
      await pass(40);
      expect(candidates.filter(({ leader }) => leader.isLeader).length).toBe(1);
      await Promise.all(candidates.map((one) => one.stop()));
    }),
    { numRuns: 100 },
  );
});
