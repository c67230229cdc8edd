import { driftOf } from '../targets/wasmplugin/drift.ts';
import { CONNECTION_OPTIONS, withCluster } from './cluster.ts';
import { compileCluster } from './cluster-lanes.ts';
import type { Command } from './command.ts';
import { driftText } from './drift-text.ts';
import { LIVE_OPTIONS, pluginAddressOf, readLive, titleOf } from './live-plugin.ts';
import { namespacesOf, WATCHED_OPTION } from './run-options.ts';
import { structured } from './structured.ts';

/** `graylane diff`: do the gateways get what they must? */
export const diff: Command = {
  usage: {
    name: 'diff',
    summary: 'Compare the configuration in the live WasmPlugin with what the cluster says it must be.',
    forms: ['[--target higress|istio] [--object NAMESPACE/NAME] [-o json|yaml]'],
    positionals: [],
    options: [
      ...LIVE_OPTIONS,
      WATCHED_OPTION,
      {
        name: 'output',
        short: 'o',
        value: 'json|yaml',
        choices: ['json', 'yaml'],
        description: 'For programs: the differences by rule id. Default: text for people.',
      },
      ...CONNECTION_OPTIONS,
    ],
    exits: [
      { code: 1, meaning: 'could not run' },
      { code: 2, meaning: 'they differ' },
    ],
    examples: ['graylane diff', 'graylane diff --target istio --object istio-system/graylane'],
  },
  run: async (given, surroundings) =>
    withCluster(given, async ({ api }) => {
      const address = pluginAddressOf(given);
      const live = await readLive(api, address);
      const compiled = await compileCluster(api, namespacesOf(given), surroundings, { isWholeNeeded: true });
      const drift = driftOf(live.config, compiled.pluginConfig);
      const target = titleOf(address);
      const format = given.text('output');
      await surroundings.out.write(
        format === 'json' || format === 'yaml'
          ? structured({ target, ...drift }, format)
          : driftText(target, drift, live.config, compiled.pluginConfig),
      );
      if (live.bypassedBy !== undefined) {
        await surroundings.err.line(`warning: ${live.bypassedBy} takes requests away from this configuration`);
      }
      return drift.isDrifted ? 2 : 0;
    }),
};
