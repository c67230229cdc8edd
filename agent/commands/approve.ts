import { GraylaneError } from '../errors.ts';
import { approveStep } from './approval.ts';
import { CONNECTION_OPTIONS, NAMESPACE_OPTION, objectNameOf, withCluster } from './cluster.ts';
import type { Command } from './command.ts';
import { ROLLOUT_ARGUMENT, RolloutObject } from './rollout-object.ts';

/** `graylane approve`: lets a release go on from the step at which it waits. */
export const approve: Command = {
  usage: {
    name: 'approve',
    summary: 'Let a Rollout go on from the step at which it waits, and see that it does.',
    forms: ['ROLLOUT'],
    positionals: [ROLLOUT_ARGUMENT],
    options: [
      {
        name: 'timeout',
        value: 'SECONDS',
        default: '30',
        description: 'How long to wait for Kruise to go on to the next step.',
      },
      NAMESPACE_OPTION,
      ...CONNECTION_OPTIONS,
    ],
    exits: [{ code: 1, meaning: 'could not run, the Rollout does not wait, or Kruise did not go on in time' }],
    examples: ['graylane approve rollout-a -n shop', 'graylane approve shop/rollout-a --timeout 120'],
  },
  run: async (given, { out, err, progress, now }) =>
    withCluster(given, async ({ api, namespace }) => {
      const timeoutMs = millisecondsOf(given.need('timeout'));
      const [text = ''] = given.positionals;
      const rollout = await RolloutObject.open(api, objectNameOf(text, given, namespace));
      progress.show(`approving ${rollout.title}`);
      const approved = await approveStep(rollout, timeoutMs, now);
      progress.clear();
      if (approved.writes > 1) {
        await err.line(`note: Kruise overwrote the approval, so it was written ${approved.writes} times`);
      }
      const end =
        approved.kind === 'moved'
          ? `now ${approved.now}`
          : `it goes on when the release is resumed: graylane resume ${rollout.word}`;
      await out.line(`${rollout.title}: step ${approved.step} is approved; ${end}`);
      return 0;
    }),
};

/** An hour at most: whoever has to wait longer has something to mend first. */
const MAX_SECONDS = 3600;

function millisecondsOf(text: string): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds > 0 && seconds <= MAX_SECONDS) return seconds * 1000;
  throw new GraylaneError('InvalidOption', `--timeout takes seconds, up to ${MAX_SECONDS}, not ${text}`);
}
