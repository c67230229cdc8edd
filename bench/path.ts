import { loadavg } from 'node:os';
import { findEnvoy } from '../demo/gateway/envoy-binary.ts';
import { type Journey, travel, type WayName } from './path/journey.ts';
import { changesTable, IN_WORDS, type Journeys, stagesTable, timesTable } from './path/tables.ts';
import { pathTargets } from './path/targets.ts';
import type { Section } from './report/section.ts';

const CHANGES = 200;
const WAYS: readonly WayName[] = ['istio', 'higress', 'higress, debounced', 'envoy'];

/** How long it takes from the status of a Rollout to an Envoy that answers by the new rule. */
export async function benchPath(changes = CHANGES): Promise<Section> {
  const envoy = await findEnvoy({ env: process.env });
  const journeys = new Map<WayName, Journey>();
  const loads: string[] = [];
  for (const way of WAYS) {
    loads.push(`${IN_WORDS[way]}: ${(loadavg()[0] ?? 0).toFixed(2)}`);
    journeys.set(way, await travel(way, envoy.path, changes));
  }
  return section(`Envoy ${envoy.version}`, changes, loads, journeys);
}

function section(envoy: string, changes: number, loads: readonly string[], journeys: Journeys): Section {
  return {
    title: 'From the status of a Rollout to the answer of a gateway',
    preamble: [
      `kube-apiserver 1.20 and etcd (without fsync) -> \`graylane run\` -> WasmPlugin or folder -> gateway -> ${envoy}, one worker. ${changes} changes`,
      'of the status by each way, in turn: a release begins at step 1 (for user 100), moves on to step 2 (for user 7), moves back and is',
      'rolled back; its gray pod is ready all the time. The clock starts before the PATCH of the status is sent, and stops with the first',
      'answer by the new rule to a request of user 100, which is sent again 1 ms after each answer, on one connection. Between a change in',
      'force and the next one are 150 to 400 ms, at random. Everything runs on this one machine, which also does what others ask of it.',
      `Load at the start of each way: ${loads.join('; ')}.`,
      '',
      "- a: Istio's control plane (`pilot-discovery`, its debounce of 100 ms as it is) feeds a stock Envoy over ADS; the agent has",
      '  `--target istio`.',
      '- b: a player does what the sources of Higress 2.2.4 say: it watches the WasmPlugin and turns its spec into the filter that a stock',
      '  Envoy follows by ECDS, without any delay of its own. "With its debounces": each event waits for 100 ms without another one, as in',
      "  Higress's controller, and then again, as in its Istio.",
      '- c: `--target envoy:DIR`; Envoy runs with all that the agent writes there, and two pods on this machine answer.',
    ].join('\n'),
    targets: pathTargets(journeys),
    body: [
      timesTable(journeys),
      changesTable(journeys),
      [
        'By c, a release that begins needs clusters and routes to its gray pods first: the agent gives Envoy 60 ms for the clusters and 60 ms',
        'for the routes before it moves the rule into place, so that no request fails: 120 ms of what "begun" takes, a quarter of the changes',
        'here. What withdraws a rule, or changes it, waits for none of that.',
      ].join('\n'),
      stagesTable(journeys),
      [
        'Watches are of this process, beside those of the agent and the player, so what they show may come later than what the others do. The',
        'agent has checked what it compiled with the plugin, and sends its PATCH, or writes the file, at once; its log has whole milliseconds.',
        'Changes follow each other faster than those of a release: the agent writes the status of the WasmPlugin at most once a second, and',
        'where that falls into the time for which a control plane waits for more, the wait begins anew: part of the upper quartiles of a, and',
        'of b with its debounces.',
      ].join('\n'),
    ],
  };
}
