import { expect, test } from 'vitest';
import { entriesOf, readRecording } from '../../demo/kruise/recording.ts';
import { Narration } from '../../demo/narration.ts';
import { STORY } from '../../demo/story.ts';

test('the narration of the rollback of C is what a reader must know, and no more', () => {
  const narration = new Narration();
  const rollback = STORY.findIndex((step) => step.title.includes('rolled back'));
  const told = STORY.slice(0, rollback + 1).map((step) =>
    entriesOf(readRecording(), step.cut).flatMap((entry) => narration.tell(entry) ?? []),
  );
  expect(told.at(-1)).toEqual([
    { by: 'person', text: 'roll back: set image of Deployment spring-cloud-c to v1' },
    { by: 'cluster', text: 'rollout-c is Cancelling' },
    { by: 'cluster', text: 'rollout-c is Healthy' },
    { by: 'cluster', text: 'gray pod of spring-cloud-c (v2) terminates' },
  ]);
});

test('a state that lasts is told once', () => {
  const narration = new Narration();
  const told = entriesOf(readRecording(), {}).flatMap((entry) => narration.tell(entry)?.text ?? []);
  const repeated = told.filter((text, index) => text === told[index - 1]);
  expect(repeated).toEqual([]);
});
