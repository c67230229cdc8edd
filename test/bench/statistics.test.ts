import { describe, expect, test } from 'vitest';
import { differences, quantile, shuffled, spreadOf } from '../../bench/report/statistics.ts';

describe('the figures of a benchmark', () => {
  test('the median of an odd number of rounds is the one in the middle, whatever their order', () => {
    expect(spreadOf([9, 1, 5, 3, 7])).toEqual({ min: 1, p25: 3, median: 5, p75: 7, max: 9 });
  });

  test('between two rounds a quantile is taken in proportion', () => {
    expect(spreadOf([1, 2, 3, 4]).median).toBe(2.5);
    expect(quantile([10, 20], 0.25)).toBe(12.5);
  });

  test('one round is its own median', () => {
    expect(spreadOf([4])).toEqual({ min: 4, p25: 4, median: 4, p75: 4, max: 4 });
  });

  test('no rounds give no figure', () => {
    expect(spreadOf([]).median).toBeNaN();
  });

  test('differences are taken round by round, not between medians', () => {
    expect(differences([10, 30, 20], [9, 28, 17])).toEqual([1, 2, 3]);
  });

  test('a round has everything once, in whatever order', () => {
    expect([...shuffled([1, 2, 3, 4, 5])].sort()).toEqual([1, 2, 3, 4, 5]);
  });
});
