import { ALL_NAMESPACES_OPTION, CONNECTION_OPTIONS, NAMESPACE_OPTION, scopeOf, withCluster } from './cluster.ts';
import { compileCluster } from './cluster-lanes.ts';
import type { Command } from './command.ts';
import { diagnosticLine } from './diagnostic-line.ts';
import { laneTable } from './lane-table.ts';
import { type LaneView, laneViews } from './lane-view.ts';
import { structured } from './structured.ts';

/** `graylane get lanes`: which lanes there are, and which are active. */
export const getLanes: Command = {
  usage: {
    name: 'get lanes',
    aliases: ['get lane'],
    summary: 'List the lanes of a cluster: which are active, with how many live members and rules.',
    forms: ['[-n NAMESPACE | -A] [-o wide|name|json|yaml]'],
    positionals: [],
    options: [
      {
        name: 'output',
        short: 'o',
        value: 'wide|name|json|yaml',
        choices: ['wide', 'name', 'json', 'yaml'],
        description: 'Wide: with entry, live members and scope. Name: NAMESPACE/NAME alone.',
      },
      NAMESPACE_OPTION,
      ALL_NAMESPACES_OPTION,
      ...CONNECTION_OPTIONS,
    ],
    exits: [
      { code: 1, meaning: 'could not run' },
      { code: 2, meaning: 'there are diagnostics of severity error; they are told' },
    ],
    examples: ['graylane get lanes -A', 'graylane get lanes -n shop -o json'],
  },
  run: async (given, surroundings) =>
    withCluster(given, async ({ api, namespace }) => {
      const scope = scopeOf(given, namespace);
      const compiled = await compileCluster(api, scope === undefined ? undefined : [scope], surroundings);
      const { out, err } = surroundings;
      const { diagnostics } = compiled;
      for (const diagnostic of diagnostics) await err.line(diagnosticLine(diagnostic));
      const views = laneViews(compiled);
      const format = given.text('output');
      if (format === 'json' || format === 'yaml') {
        await out.write(structured({ lanes: views.map(plain), diagnostics }, format));
      } else if (views.length === 0) {
        await err.line(`no lanes in ${scope === undefined ? 'the cluster' : `namespace ${scope}`}`);
      } else if (format === 'name') {
        await out.write(views.map(({ lane }) => `${lane.name}\n`).join(''));
      } else {
        await out.write(laneTable(views, { hasNamespaces: scope === undefined, isWide: format === 'wide' }));
      }
      return diagnostics.some(({ severity }) => severity === 'error') ? 2 : 0;
    }),
};

/** A lane as it is printed for programs. */
function plain({ lane, tag }: LaneView): object {
  return { ...lane, ...(tag !== undefined && { tag }) };
}
