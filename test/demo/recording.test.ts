import { describe, expect, test } from 'vitest';
import { type Cut, entriesOf, readRecording } from '../../demo/kruise/recording.ts';
import { STORY } from '../../demo/story.ts';

const lines = readRecording();
const ROLLBACK = 'roll back: set image of Deployment spring-cloud-c to v1';
const FIXED = 'set image of Deployment spring-cloud-c to v3';

describe('the recording', () => {
  test('a cut begins with its first action and ends before the other', () => {
    const entries = entriesOf(lines, { from: ROLLBACK, until: FIXED });
    expect(entries[0]).toMatchObject({ kind: 'action', text: ROLLBACK });
    expect(entries.filter((entry) => entry.kind === 'action')).toHaveLength(1);
  });

  test('a cut can keep the entries about some objects only', () => {
    const entries = entriesOf(lines, { only: ['rollout-b', 'spring-cloud-b'] });
    const names = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.object.metadata.name] : []));
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !/^(rollout|spring-cloud)-b/.test(name))).toEqual([]);
  });

  test('a cut renames wherever the text occurs', () => {
    const cut: Cut = { from: ROLLBACK, until: FIXED, rename: [['spring-cloud-c', 'checkout']] };
    expect(JSON.stringify(entriesOf(lines, cut))).not.toContain('spring-cloud-c');
  });

  test('a cut that names an action which is not there is an error', () => {
    expect(() => entriesOf(lines, { from: 'sing' })).toThrow('the recording has no action "sing"');
  });

  test('steps 1 to 5 of the story play the whole recording once, in order', () => {
    const played = STORY.filter((step) => step.cut.only === undefined).flatMap((step) => entriesOf(lines, step.cut));
    expect(played).toEqual(entriesOf(lines, {}));
  });

  test('step 6 leaves A and B alone', () => {
    const entries = STORY.filter((step) => step.cut.only !== undefined).flatMap((step) => entriesOf(lines, step.cut));
    const names = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.object.metadata.name] : []));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !/^(rollout|spring-cloud)-c/.test(name))).toEqual([]);
  });
});
