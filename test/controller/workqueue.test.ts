import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Workqueue, type WorkqueueOptions } from '../../agent/controller/workqueue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const make = (options: Partial<WorkqueueOptions> = {}): Workqueue =>
  new Workqueue({ now: () => performance.now(), ...options });

/** What the promise resolved with by now; `'pending'` when it has not. */
function now<T>(promise: Promise<T>): Promise<T | 'pending'> {
  return Promise.race([promise, Promise.resolve().then(() => 'pending' as const)]);
}

/** Milliseconds from now until the next key comes. */
async function waitFor(queue: Workqueue): Promise<number> {
  const start = performance.now();
  let at: number | undefined;
  void queue.get().then((key) => {
    if (key !== undefined) {
      at = performance.now();
      queue.done(key);
    }
  });
  while (at === undefined) await vi.advanceTimersToNextTimerAsync();
  return at - start;
}

describe('a workqueue', () => {
  test('gives keys in the order in which they were added', async () => {
    const queue = make();
    for (const key of ['b', 'a', 'c']) queue.add(key);
    expect([await queue.get(), await queue.get(), await queue.get()]).toEqual(['b', 'a', 'c']);
  });

  test('gives a key once however often it was added before', async () => {
    const queue = make();
    for (const key of ['a', 'a', 'b', 'a']) queue.add(key);
    expect(queue.length).toBe(2);
    expect([await queue.get(), await queue.get()]).toEqual(['a', 'b']);
    expect(await now(queue.get())).toBe('pending');
  });

  test('lets a worker wait until a key is added', async () => {
    const queue = make();
    const got = queue.get();
    expect(await now(got)).toBe('pending');
    queue.add('a');
    expect(await got).toBe('a');
  });

  test('gives waiting workers a key each, the one that waits longest first', async () => {
    const queue = make();
    const first = queue.get();
    const second = queue.get();
    queue.add('a');
    queue.add('b');
    expect([await first, await second]).toEqual(['a', 'b']);
  });

  test('never gives a key to two workers at once', async () => {
    const queue = make();
    queue.add('a');
    await queue.get();
    queue.add('a');
    const second = queue.get();
    expect(await now(second)).toBe('pending');
    queue.done('a');
    expect(await second).toBe('a');
  });

  test('gives a key that was added several times while a worker had it only once more', async () => {
    const queue = make();
    queue.add('a');
    await queue.get();
    queue.add('a');
    queue.add('a');
    queue.done('a');
    await queue.get();
    queue.done('a');
    expect(queue.length).toBe(0);
  });

  test('gives a key no more that nobody added again', async () => {
    const queue = make();
    queue.add('a');
    await queue.get();
    queue.done('a');
    expect(await now(queue.get())).toBe('pending');
  });

  test('pays no heed to a done for a key that no worker has', async () => {
    const queue = make();
    queue.add('a');
    queue.done('a');
    expect([await queue.get(), queue.length]).toEqual(['a', 0]);
  });
});

describe('a key that is added after a time', () => {
  test('comes after that time and not before', async () => {
    const queue = make();
    queue.addAfter('a', 1000);
    await vi.advanceTimersByTimeAsync(998);
    expect(queue.length).toBe(0);
    await vi.advanceTimersByTimeAsync(2);
    expect(queue.length).toBe(1);
  });

  test('comes at once when the time is none', () => {
    const queue = make();
    queue.addAfter('a', 0);
    queue.addAfter('b', -5);
    expect(queue.length).toBe(2);
  });

  test.each([
    [100, 900],
    [900, 100],
  ])('comes once, at the earliest of the times %i and %i', async (one, other) => {
    const queue = make();
    queue.addAfter('a', one);
    queue.addAfter('a', other);
    expect(await waitFor(queue)).toBe(100);
    await vi.advanceTimersByTimeAsync(2000);
    expect(queue.length).toBe(0);
  });

  test('may be one that has to wait longer than a timer can', async () => {
    const queue = make();
    const ms = 2 ** 31 + 5000;
    queue.addAfter('a', ms);
    await vi.advanceTimersByTimeAsync(ms - 10);
    expect(queue.length).toBe(0);
    await vi.advanceTimersByTimeAsync(10);
    expect(queue.length).toBe(1);
  });
});

describe('a key that fails', () => {
  /** The waits of one key that fails so often in a row. */
  async function waits(queue: Workqueue, times: number): Promise<readonly number[]> {
    const found: number[] = [];
    for (let i = 0; i < times; i += 1) {
      queue.addRateLimited('a');
      found.push(await waitFor(queue));
    }
    return found;
  }

  test('waits 5 ms at first, then twice as long each time', async () => {
    expect(await waits(make(), 6)).toEqual([5, 10, 20, 40, 80, 160]);
  });

  test('waits 1000 s at most', async () => {
    expect((await waits(make(), 20)).slice(-3)).toEqual([655_360, 1_000_000, 1_000_000]);
  });

  test('waits as long as it is told at most', async () => {
    expect(await waits(make({ limits: { maxMs: 15 } }), 4)).toEqual([5, 10, 15, 15]);
  });

  test('begins anew once it is forgotten', async () => {
    const queue = make();
    await waits(queue, 5);
    expect(queue.failures('a')).toBe(5);
    queue.forget('a');
    expect([queue.failures('a'), ...(await waits(queue, 1))]).toEqual([0, 5]);
  });

  test('does not slow another key down', async () => {
    const queue = make();
    await waits(queue, 8);
    queue.addRateLimited('b');
    expect(await waitFor(queue)).toBe(5);
  });

  test('waits its turn when a hundred others failed at the same moment, ten a second', async () => {
    const queue = make();
    for (let i = 0; i < 120; i += 1) queue.addRateLimited(`key-${i}`);
    await vi.advanceTimersByTimeAsync(50);
    expect(queue.length).toBe(100);
    await vi.advanceTimersByTimeAsync(1000);
    expect(queue.length).toBe(110);
    await vi.advanceTimersByTimeAsync(1000);
    expect(queue.length).toBe(120);
  });

  test('finds the bucket full again after a quiet time, and not fuller', async () => {
    const queue = make();
    for (let i = 0; i < 100; i += 1) queue.addRateLimited(`key-${i}`);
    await vi.advanceTimersByTimeAsync(3_600_000);
    for (let i = 100; i < 220; i += 1) queue.addRateLimited(`key-${i}`);
    await vi.advanceTimersByTimeAsync(50);
    expect(queue.length).toBe(200);
  });
});

describe('a workqueue that is shut down', () => {
  test('takes no more keys', () => {
    const queue = make();
    void queue.shutDown();
    queue.add('a');
    queue.addAfter('b', 0);
    queue.addRateLimited('c');
    expect([queue.length, queue.isShutDown]).toEqual([0, true]);
  });

  test('lets idle workers go', async () => {
    const queue = make();
    const workers = [queue.get(), queue.get()];
    await queue.shutDown();
    expect(await Promise.all(workers)).toEqual([undefined, undefined]);
  });

  test('hands out what waits, and resolves when that is done', async () => {
    const queue = make();
    queue.add('a');
    queue.add('b');
    await queue.get();
    const drained = queue.shutDown();
    queue.done('a');
    expect(await now(drained)).toBe('pending');
    expect(await queue.get()).toBe('b');
    expect(await now(drained)).toBe('pending');
    queue.done('b');
    await drained;
    expect(await queue.get()).toBeUndefined();
  });

  test('still gives a key again that was added while a worker had it', async () => {
    const queue = make();
    queue.add('a');
    await queue.get();
    queue.add('a');
    void queue.shutDown();
    queue.done('a');
    expect(await queue.get()).toBe('a');
  });

  test('leaves no timer behind', () => {
    const queue = make();
    queue.addAfter('a', 60_000);
    queue.addRateLimited('b');
    void queue.shutDown();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('may be shut down twice', async () => {
    const queue = make();
    await Promise.all([queue.shutDown(), queue.shutDown()]);
    expect(queue.isShutDown).toBe(true);
  });
});

test('a workqueue tells its observer what happens', async () => {
  const told: string[] = [];
  const note =
    (name: string) =>
    (value?: number): void =>
      void told.push(value === undefined ? name : `${name} ${value}`);
  const observer = {
    added: note('added'),
    retried: note('retried'),
    depth: note('depth'),
    waited: note('waited'),
    worked: note('worked'),
  };
  const queue = make({ observer });
  queue.add('a');
  queue.add('a');
  await vi.advanceTimersByTimeAsync(30);
  await queue.get();
  await vi.advanceTimersByTimeAsync(70);
  queue.addRateLimited('a');
  queue.done('a');
  expect(told).toEqual(['added', 'depth 1', 'depth 0', 'waited 30', 'retried', 'worked 70']);
});
