import { expect, test } from 'vitest';
import { Backoff } from '../../agent/controller/backoff.ts';

const LIMITS = { minMs: 500, maxMs: 30_000 };

test('a wait is twice as long after each failure, from half a second to half a minute', () => {
  const shortest = new Backoff(LIMITS, () => 0);
  const longest = new Backoff(LIMITS, () => 1);
  const waits = Array.from({ length: 8 }, () => [shortest.next(), longest.next()]);
  expect(waits).toEqual([
    [500, 1000],
    [1000, 2000],
    [2000, 4000],
    [4000, 8000],
    [8000, 16_000],
    [15_000, 30_000],
    [15_000, 30_000],
    [15_000, 30_000],
  ]);
});

test('a wait is short again after a success', () => {
  const backoff = new Backoff(LIMITS, () => 0);
  for (let times = 0; times < 5; times += 1) backoff.next();
  backoff.reset();
  expect(backoff.isFresh).toBe(true);
  expect(backoff.next()).toBe(500);
});

test('a wait never ends by overflow', () => {
  const backoff = new Backoff(LIMITS, () => 0.5);
  for (let times = 0; times < 5000; times += 1) backoff.next();
  expect(backoff.next()).toBe(22_500);
});
