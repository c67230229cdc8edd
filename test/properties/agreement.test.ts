import { beforeAll, describe, expect, test } from 'vitest';
import { type Agreement, compare } from './agreement.ts';

const CASES = 200_000;
/** Another one each day would find more, and fail on changes that have nothing to do with it: npm run fuzz is for that. */
const SEED = 20_261_125;

describe('200,000 requests to 2,000 configurations', () => {
  let agreement: Agreement;
  beforeAll(() => {
    agreement = compare(CASES, SEED);
  }, 300_000);

  test('are decided alike by the plugin and the reference', () => {
    expect(agreement.counterexample).toBeUndefined();
    expect(agreement.statistics.requests).toBe(CASES);
  });

  test('are decided by a rule, stripped of a tag and bound to a match rule often', () => {
    const { requests, decided, stripped, inMatchRules } = agreement.statistics;
    expect(decided / requests).toBeGreaterThan(0.25);
    expect(stripped / requests).toBeGreaterThan(0.1);
    expect(inMatchRules / requests).toBeGreaterThan(0.03);
  });

  test('hold every kind of condition with every operator, plain and negated, both true and false', () => {
    const tallies = [...agreement.statistics.tallies()];
    const rare = tallies.filter(([, { held, failed }]) => Math.min(held, failed) < 5);
    expect(tallies.length).toBe(2 * (6 * 8 + 2));
    expect(rare).toEqual([]);
  });
});
