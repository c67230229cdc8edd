import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectionPath, ROLLOUT } from '../../agent/kubernetes/resource.ts';
import { at } from '../../agent/model/json.ts';
import { projectRoot } from '../../demo/project.ts';
import { istioDefinitions } from '../../test/cluster/istio.ts';
import { rolloutOf } from '../../test/cluster/released-lane.ts';
import { MeasuredAgent } from './agent.ts';
import { type Arrival, makeChanges, ROUND } from './changes.ts';
import { openFolder } from './folder.ts';
import { startGround } from './ground.ts';
import { openHigress } from './higress.ts';
import { openIstio } from './istio.ts';
import { firstWithin } from './moment.ts';
import { type Counts, Probe } from './probe.ts';
import { SHOP, type Way, type WayOptions } from './way.ts';
import { type Witness, witnessObject } from './witness.ts';

/**
 * Istio's control planes wait for that long before they push, and Higress has two of them, one behind the other: its own, whose
 * `pkg/bootstrap/server.go` hands every change of a WasmPlugin to an Istio xDS server, and its Istio.
 */
const DEBOUNCE_MS = 100;

/** The ways that are known. */
const WAYS = {
  istio: { definitions: istioDefinitions, open: openIstio },
  higress: { definitions: () => '', open: (options) => openHigress(options, []) },
  'higress, debounced': { definitions: () => '', open: (options) => openHigress(options, [DEBOUNCE_MS, DEBOUNCE_MS]) },
  envoy: { definitions: () => '', open: openFolder },
} as const satisfies Record<string, { definitions: () => string; open: (options: WayOptions) => Promise<Way> }>;
export type WayName = keyof typeof WAYS;

/** How changes went by one way. */
export interface Journey {
  readonly arrivals: readonly Arrival[];
  /** When what could be seen on the way was seen, for each arrival; by the name of the moment, in their order. */
  readonly stages: Readonly<Record<string, readonly (number | undefined)[]>>;
  /** Of the requests that were sent meanwhile. */
  readonly counts: Counts;
}

/** Makes so many changes, and sees each one arrive. Everything that it starts has ended when it resolves or rejects. */
export async function travel(name: WayName, envoy: string, count: number): Promise<Journey> {
  const { definitions, open } = WAYS[name];
  const plugin = join(projectRoot(), 'build', 'plugin.wasm');
  const cluster = await startGround(definitions());
  const ends: (() => Promise<void>)[] = [() => cluster.stop()];
  try {
    const way = await open({ cluster, plugin, envoy });
    ends.push(() => way.close());
    const initial = ROUND.at(-1);
    await cluster.apply([...way.objects, rolloutOf(SHOP, 'a', initial?.status ?? {})]);
    const agent = await MeasuredAgent.start(cluster, way.words);
    ends.push(() => agent.kill());
    const { port, witnesses } = await way.begin();
    const path = collectionPath(ROLLOUT[0], SHOP);
    const told = await witnessObject(cluster.admin, { path, name: 'a' }, (object) => at(object, 'status'));
    const probe = new Probe(port);
    ends.push(
      () => told.close(),
      () => probe.close(),
    );
    await served(probe);
    const before = probe.counts;
    const arrivals = await makeChanges(cluster.admin, probe, count);
    const counts = since(before, probe.counts);
    const compiled: Pick<Witness, 'moments'> = { moments: agent.moments('lane') };
    const seen = { 'Rollout seen by a watch': told, 'compiled by the agent': compiled, ...witnesses };
    return { arrivals, stages: stagesOf(arrivals, seen), counts };
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

/** The first requests may come before the gateway has all that it needs. */
async function served(probe: Probe): Promise<void> {
  await probe.first('base');
  await sleep(SETTLE_MS);
}

const SETTLE_MS = 1000;

function since(before: Counts, now: Counts): Counts {
  return {
    requests: now.requests - before.requests,
    odd: now.odd - before.odd,
    failed: now.failed - before.failed,
  };
}

/** The log of the agent has whole milliseconds. */
const COARSE_MS = 1;

function stagesOf(
  arrivals: readonly Arrival[],
  seen: Readonly<Record<string, Pick<Witness, 'moments'>>>,
): Journey['stages'] {
  const stages = Object.entries(seen).map(([stage, { moments }]) => [
    stage,
    arrivals.map(({ sentMs, inForceMs }) => firstWithin(moments, sentMs - COARSE_MS, inForceMs)),
  ]);
  return Object.fromEntries(stages);
}
