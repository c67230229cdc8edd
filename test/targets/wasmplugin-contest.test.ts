import { beforeEach, expect, test } from 'vitest';
import { Contest } from '../../agent/targets/wasmplugin/contest.ts';

let nowMs: number;
let contest: Contest;

beforeEach(() => {
  nowMs = 1_000_000;
  contest = new Contest(() => nowMs);
});

/** Writes as often as it may, and says how often that was. */
function write(revision: string): number {
  let times = 0;
  while (times < 100 && contest.allows(revision)) {
    contest.count(revision);
    times += 1;
  }
  return times;
}

test('a configuration is put back five times at once, then every ten seconds', () => {
  expect(write('a')).toBe(6);
  nowMs += 9_000;
  expect(write('a')).toBe(0);
  nowMs += 1_000;
  expect(write('a')).toBe(1);
});

test('a new configuration is written whatever became of the one before', () => {
  write('a');
  expect(contest.allows('b')).toBe(true);
});

test('what is put back after a long peace is put back at once', () => {
  write('a');
  nowMs += 3_600_000;
  expect(write('a')).toBe(5);
});

test('a write that nobody answered does not count', () => {
  for (let i = 0; i < 100; i += 1) expect(contest.allows('a')).toBe(true);
});

test('a clock that is put back costs nothing and gives nothing', () => {
  write('a');
  nowMs -= 3_600_000;
  expect(contest.allows('a')).toBe(false);
  nowMs += 10_000;
  expect(contest.allows('a')).toBe(true);
});
