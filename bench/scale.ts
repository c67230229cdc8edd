import type { Section } from './report/section.ts';
import { FILES } from './scale/agent.ts';
import { without } from './scale/server-metrics.ts';
import { costsTable, type Findings, idleTable, latencyTable, startsTable, stockTable } from './scale/tables.ts';
import { scaleTargets } from './scale/targets.ts';
import { Trial } from './scale/trial.ts';

const LANES = 3000;
const NAMESPACES = 300;
/** Lanes that are live in an ordinary hour. */
const SOME_LIVE = 300;
const CHANGES = 200;
const QUIET_CHANGES = 60;
/** Changes before, while code is still being compiled and the heap grows. */
const WARM_UP = 20;
const OTHERS_PER_SECOND = 20;
const STARTS = 3;
const IDLE_MS = 60_000;
const WRITES = 15;

/** What the agent needs for 10,000 Rollouts in 3,000 lanes, on a real API server. */
export async function benchScale(changes = CHANGES): Promise<Section> {
  const spread = await measured(NAMESPACES, changes, 'whole');
  const together = await measured(1, changes, 'short');
  const all = [...spread, ...together];
  return {
    title: 'An agent for 10,000 Rollouts in 3,000 lanes',
    preamble: preambleOf(changes),
    targets: scaleTargets(spread),
    body: [stockTable(all), startsTable(all), latencyTable(all), costsTable(all), idleTable(all), REMARKS],
  };
}

/** @param extent `short`: one start, and no more than some lanes live */
async function measured(namespaces: number, changes: number, extent: 'whole' | 'short'): Promise<readonly Findings[]> {
  const trial = await Trial.begin({ lanes: LANES, namespaces, live: SOME_LIVE });
  try {
    const none = await trial.idleRates(IDLE_MS / 2);
    const starts = await startsOf(trial, extent === 'whole' ? STARTS : 1);
    const files = extent === 'whole' ? await trial.coldStart(FILES) : undefined;
    if (files !== undefined) await trial.coldStart();
    const idle = without(await trial.idleRates(IDLE_MS), none);
    const some = await changesOf(trial, changes);
    const first = { namespaces, live: SOME_LIVE, amount: trial.amount, starts, files, idle, ...some };
    if (extent === 'short') return [first];
    const goLiveMs = await trial.goLive(LANES);
    const full = await changesOf(trial, changes);
    const again = await startsOf(trial, STARTS);
    return [first, { namespaces, live: LANES, amount: trial.amount, starts: again, goLiveMs, ...full }];
  } finally {
    await trial.end();
  }
}

async function startsOf(trial: Trial, count: number): Promise<Findings['starts']> {
  const starts = [];
  while (starts.length < count) starts.push(await trial.coldStart());
  return starts;
}

async function changesOf(
  trial: Trial,
  changes: number,
): Promise<Pick<Findings, 'quiet' | 'busy' | 'writing' | 'standing'>> {
  await trial.changes(WARM_UP, 0);
  const quiet = await trial.changes(QUIET_CHANGES, 0);
  const busy = await trial.changes(changes, OTHERS_PER_SECOND);
  return { quiet, busy, writing: await trial.writeCosts(WRITES), standing: trial.standing };
}

function preambleOf(changes: number): string {
  return [
    'kube-apiserver 1.20 and etcd (without fsync) on this machine: the whole API server, since most of what an agent reads are pods, Services',
    'and Deployments, which the one for custom resources alone does not have, nor Leases and RBAC. The agent is `dist/graylane.mjs`, as in the',
    'image, in a process of its own, as a user with the rights of the chart. One application of each role was created through the API',
    'server; the others are copies of what it stored then, with other names, put into etcd.',
    '',
    `A change is a step of a release that moves on, so that one rule goes and another comes. The clock starts before its PATCH is sent, and`,
    `stops when another watch tells of the WasmPlugin that has the rule. After ${WARM_UP} that do not count, ${QUIET_CHANGES} changes while nothing else happens, then ${changes} while`,
    `${OTHERS_PER_SECOND} other releases move on each second. What watches, and what makes the changes, runs on the same cores. How long a compile took,`,
    'the check by the plugin included, and an attempt to write, until its answer was there, are means of what the metrics of the agent say.',
  ].join('\n');
}

const REMARKS = [
  'The configuration is one, so each change writes all of it: the plugin looks at it, and the API server reads it as YAML, merges it, stores it',
  'and sends it to all who watch. That is what grows with the lanes that are live; those that are not are not in it. Changes that come during a',
  'write go together with the next one. Above 64 KiB the rules are stored as one text, whose quotes take a sixth more. The agent writes 1 MiB of',
  'plain JSON at most, about 3,500 rules of this size, and does not shard: beyond that it',
  'says `ConfigTooLarge` in diagnostics and in the condition `Accepted`, withdraws what must go, and adds nothing. For more there are',
  'several agents, each for some namespaces (`--watch-namespaces`) and with a WasmPlugin of its own (`--object`).',
  '',
  'Idle means a minute in which nothing changes; what the API server asks itself, measured before an agent runs, is taken off. Every ten',
  'minutes on average the agent compares each store with a list of metadata, 500 objects a page: for these objects 0.3 requests a second',
  'when they are spread over that time. The times are those of two cores that all of this shares; CPU time is what remains the same on others.',
].join('\n');
