import { describe, expect, test } from 'vitest';
import { type Answer, Presence } from '../../agent/sources/kubernetes-presence.ts';

/** After these answers, one a second, of a server that is starting. */
function after(...answers: readonly (boolean | undefined)[]): Presence {
  return noted(answers.map((isServed) => ({ isServed, isFromReady: false })));
}

function noted(answers: readonly Answer[]): Presence {
  const presence = new Presence();
  for (const [index, answer] of answers.entries()) presence.note(answer, index * 1000);
  return presence;
}

describe('something that the API server may serve', () => {
  test('is neither served nor missing before it was asked', () => {
    expect([after().isServed, after().isMissing(0, 5000)]).toEqual([false, false]);
  });

  test('is missing when every answer for long enough said so', () => {
    const presence = after(false, false, false);
    expect([presence.isMissing(2000, 2000), presence.isMissing(2001, 2000)]).toEqual([true, false]);
  });

  test('is not missing for long when there was no answer in between: a starting server hides groups', () => {
    expect(after(false, undefined, false).isMissing(1, 2000)).toBe(false);
    expect(after(false, undefined, false).isMissing(0, 2000)).toBe(true);
  });

  test('is served as soon as an answer says so, and until another says that it is not', () => {
    expect(after(false, true).isServed).toBe(true);
    expect(after(true, undefined).isServed).toBe(true);
    expect(after(true, false).isServed).toBe(false);
    expect(after(false, true).isMissing(0, 1000)).toBe(false);
  });

  test('is missing for sure when a server that is ready said so twice, with nothing else in between', () => {
    const ready = (isServed: boolean | undefined): Answer => ({ isServed, isFromReady: true });
    const starting = { isServed: false, isFromReady: false };
    expect(noted([ready(false)]).isMissingForSure).toBe(false);
    expect(noted([ready(false), ready(false)]).isMissingForSure).toBe(true);
    expect(noted([ready(false), starting, ready(false)]).isMissingForSure).toBe(false);
    expect(noted([ready(false), ready(undefined), ready(false)]).isMissingForSure).toBe(false);
    expect(noted([ready(false), ready(false), ready(true)]).isMissingForSure).toBe(false);
  });
});
