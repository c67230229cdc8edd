import { expect, test } from 'vitest';
import { EVENTS } from '../../agent/controller/event-reasons.ts';
import { Page } from '../cli/docs-writer.ts';

test('docs/events.md shows every event with its type and its action', () => {
  const wanted = Object.entries(EVENTS).map(
    ([reason, { type, action, cause }]) => `| \`${reason}\` | ${type} | \`${action}\` | ${cause} |`,
  );
  expect(new Page('events.md').rows('# Events', wanted)).toEqual(wanted);
});
