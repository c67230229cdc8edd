import { apiFailure } from '../kubernetes/failure.ts';
import { at } from '../model/json.ts';
import { CONNECTION_OPTIONS, NAMESPACE_OPTION, objectNameOf, withCluster } from './cluster.ts';
import type { Command } from './command.ts';
import { ROLLOUT_ARGUMENT, RolloutObject } from './rollout-object.ts';

/** `graylane pause`: a release stands still until it is resumed. */
export const pause: Command = pausing(
  'pause',
  true,
  'Let the release of a Rollout stand still: no step, rollback or newer version is taken up.',
);

/** `graylane resume`: a paused release goes on. */
export const resume: Command = pausing('resume', false, 'Let the release of a Rollout that was paused go on.');

/** The command that gives `spec.strategy.paused` that value. */
function pausing(name: 'pause' | 'resume', paused: boolean, summary: string): Command {
  const done = `${name}d`;
  return {
    usage: {
      name,
      summary,
      forms: ['ROLLOUT'],
      positionals: [ROLLOUT_ARGUMENT],
      options: [NAMESPACE_OPTION, ...CONNECTION_OPTIONS],
      exits: [{ code: 1, meaning: 'could not run' }],
      examples: [`graylane ${name} rollout-a -n shop`],
    },
    run: async (given, { out }) =>
      withCluster(given, async ({ api, namespace }) => {
        const rollout = await RolloutObject.open(api, objectNameOf(given.positionals[0] ?? '', given, namespace));
        const { object } = await rollout.read();
        const isPaused = at(object, 'spec', 'strategy', 'paused') === true;
        if (isPaused === paused) {
          await out.line(`${rollout.title} is ${paused ? 'paused already' : 'not paused'}`);
          return 0;
        }
        await rollout.patch({ spec: { strategy: { paused } } }, 'spec').catch((error: unknown) => {
          throw apiFailure(error, `${name} ${rollout.title}`);
        });
        await out.line(`${rollout.title} is ${done}`);
        return 0;
      }),
  };
}
