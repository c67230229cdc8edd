import { GraylaneError } from '../errors.ts';
import { CONNECTION_OPTIONS, NAMESPACE_OPTION, objectNameOf, withCluster } from './cluster.ts';
import { compileCluster } from './cluster-lanes.ts';
import type { Command } from './command.ts';
import { laneDescription } from './lane-description.ts';
import { inForceText, type LaneInForce, laneInForce } from './lane-in-force.ts';
import { type LaneView, laneOf, laneViews } from './lane-view.ts';
import { LIVE_OPTIONS, pluginAddressOf, readLive, titleOf } from './live-plugin.ts';
import { structured } from './structured.ts';

/** `graylane describe lane`: all about one lane. */
export const describeLane: Command = {
  usage: {
    name: 'describe lane',
    aliases: ['describe lanes'],
    summary: 'Explain a lane: entry, members and why they are live or not, rules, what is wrong.',
    forms: ['LANE [-n NAMESPACE] [-o json|yaml]'],
    positionals: [
      {
        name: 'LANE',
        required: true,
        description: 'Its name, which is that of its entry, or the name of a member; or NAMESPACE/NAME.',
      },
    ],
    options: [
      {
        name: 'output',
        short: 'o',
        value: 'json|yaml',
        choices: ['json', 'yaml'],
        description: 'For programs: {lane, rules, diagnostics, inForce}. Default: text for people.',
      },
      ...LIVE_OPTIONS,
      NAMESPACE_OPTION,
      ...CONNECTION_OPTIONS,
    ],
    exits: [
      { code: 1, meaning: 'could not run' },
      { code: 2, meaning: 'there are diagnostics of severity error about the lane' },
    ],
    examples: ['graylane describe lane rollout-a -n shop', 'graylane describe lane shop/rollout-a'],
  },
  run: async (given, surroundings) =>
    withCluster(given, async ({ api, namespace }) => {
      const asked = objectNameOf(given.positionals[0] ?? '', given, namespace);
      const address = pluginAddressOf(given);
      const compiled = await compileCluster(api, [asked.namespace], surroundings);
      const view = laneOf(laneViews(compiled), asked.namespace, asked.name);
      if (view === undefined) {
        throw new GraylaneError('LaneNotFound', `There is no lane ${asked.namespace}/${asked.name}`);
      }
      const inForce = await readLive(api, address).then(({ config }) => laneInForce(view, config), notKnown);
      await surroundings.out.write(rendered(given.text('output'), view, inForce, titleOf(address)));
      return view.diagnostics.some(({ severity }) => severity === 'error') ? 2 : 0;
    }),
};

/** A lane can be explained without what is in force, which is in a namespace that this user may not be allowed to see. */
function notKnown(error: unknown): GraylaneError {
  if (error instanceof GraylaneError) return error;
  throw error;
}

function rendered(
  format: string | undefined,
  view: LaneView,
  inForce: LaneInForce | GraylaneError,
  target: string,
): string {
  if (format !== 'json' && format !== 'yaml') return laneDescription(view, inForceText(inForce, target));
  const { lane, rules, diagnostics } = view;
  const known = inForce instanceof GraylaneError ? { error: inForce.message } : inForce;
  return structured({ lane, rules, diagnostics, inForce: { target, ...known } }, format);
}
