import { describe, expect, test } from 'vitest';
import { Rush, rushLines } from '../../demo/rush.ts';
import { Switch } from '../../demo/switch.ts';

const OLD = /^old$/;
const NEW = /^new$/;

/** What a client sees whose answers come at 0, 1, 2 … ms. */
function seen(...answers: readonly string[]): Switch {
  const one = new Switch(OLD, NEW);
  for (const [atMs, answer] of answers.entries()) one.take(answer, atMs);
  return one;
}

describe('the switch of a client', () => {
  test.each([
    ['at once', ['old', 'old', 'new', 'new'], 0, 0],
    ['back and forth', ['old', 'new', 'old', 'new', 'old', 'new'], 3, 0],
    ['through others', ['old', 'other', 'other', 'new'], 1, 2],
    ['not at all', ['old', 'old'], 0, 0],
    ['before anybody looked', ['new', 'new'], 0, 0],
  ])(
    '%s takes from the first answer that is not the old one to the last that is not the new one',
    (_, answers, windowMs, mixed) => {
      expect(seen(...answers).report).toMatchObject({ requests: answers.length, windowMs, mixed });
    },
  );
});

describe('a rush', () => {
  const check = (who: string, right: RegExp) => ({ who, curl: { headers: [] }, right, expected: '', settles: true });
  const before = [check('user 100', OLD), check('others', OLD)];
  const after = [check('user 100', NEW), check('others', OLD)];

  /** At these times those clients get these answers. */
  function rush(...answers: readonly (readonly [who: string, answer: string, atMs: number])[]): Rush {
    const one = new Rush(before, after);
    for (const [who, answer, atMs] of answers) one.switches.get(who)?.take(answer, atMs);
    return one;
  }

  test('tells of those whose answers change, and counts the requests of all', () => {
    const report = rush(
      ['user 100', 'old', 100],
      ['others', 'old', 110],
      ['user 100', 'odd', 120],
      ['user 100', 'new', 140],
    ).report({
      firstMs: 100,
      lastMs: 130,
    });
    expect(report).toMatchObject({ requests: 4, switches: [{ who: 'user 100', mixed: 1, windowMs: 0 }] });
    expect(rushLines({ ...report, perSecond: 1000.4 })).toEqual([
      '4 requests at full speed meanwhile (1000/s), none failed',
      'user 100: from old to new within 0 ms; 1 answers in between were neither',
    ]);
  });

  test('goes wrong when an answer changes for whom nothing does', () => {
    expect(() => rush(['others', 'new', 110]).report({ firstMs: 100, lastMs: 130 })).toThrow(
      'wrong answer for others while requests ran at full speed: 1 answers changed, and nothing changed for this client',
    );
  });

  test('goes wrong when an answer changes before the cluster does', () => {
    expect(() => rush(['user 100', 'new', 90]).report({ firstMs: 100, lastMs: 130 })).toThrow(
      'an answer changed before anything happened',
    );
  });

  test('goes wrong when an answer other than the new one comes long after the last change', () => {
    const late = rush(['user 100', 'new', 120], ['user 100', 'old', 2131]);
    expect(() => late.report({ firstMs: 100, lastMs: 130 })).toThrow(
      'an answer other than the new one came 2001 ms after the last change, and 2000 are allowed',
    );
  });
});
