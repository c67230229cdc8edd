import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiServer } from '../../agent/kubernetes/api-server.ts';
import { rolloutPath, stepPaused } from '../../test/cluster/released-lane.ts';
import { epochMs } from './moment.ts';
import type { Answer, Probe } from './probe.ts';
import { SHOP } from './way.ts';

/** What Kruise may tell of a Rollout, and whether the rule that follows leads the probe's user to the lane. */
interface Change {
  readonly name: 'begun' | 'moved on' | 'moved back' | 'rolled back';
  readonly status: object;
  readonly answer: Answer;
}

/** From rolled back round to rolled back; step 1 is for the probe's user, step 2 for another one. */
export const ROUND: readonly Change[] = [
  { name: 'begun', status: stepPaused(1), answer: 'gray' },
  { name: 'moved on', status: stepPaused(2), answer: 'base' },
  { name: 'moved back', status: stepPaused(1), answer: 'gray' },
  { name: 'rolled back', status: stepPaused(1, 'StepPaused', 'Cancelling'), answer: 'base' },
];

/** A change that reached the requests. Unix times in milliseconds. */
export interface Arrival {
  readonly change: Change['name'];
  /** The answer that it brought. */
  readonly answer: Answer;
  /** When the PATCH of the status was sent. */
  readonly sentMs: number;
  /** When the API server had answered it. */
  readonly storedMs: number;
  /** When the gateway answered by the new rule for the first time. */
  readonly inForceMs: number;
}

/** Between two changes, in milliseconds: neither in step with what the agent puts off for a second nor with any debounce. */
const REST_MS = { min: 150, max: 400 };

/** Changes the status of the Rollout so many times, each time after the last one was in force. */
export async function makeChanges(api: ApiServer, probe: Probe, count: number): Promise<readonly Arrival[]> {
  const arrivals: Arrival[] = [];
  for (let index = 0; index < count; index++) {
    const change = ROUND[index % ROUND.length];
    if (change === undefined) break;
    await sleep(REST_MS.min + Math.random() * (REST_MS.max - REST_MS.min));
    arrivals.push(await arrivalOf(api, probe, change));
  }
  return arrivals;
}

async function arrivalOf(api: ApiServer, probe: Probe, { name, status, answer }: Change): Promise<Arrival> {
  const inForce = probe.first(answer);
  const sentMs = epochMs();
  const [storedMs, inForceMs] = await Promise.all([tell(api, status).then(epochMs), inForce]);
  return { change: name, answer, sentMs, storedMs, inForceMs };
}

/** Writes the status of the entry, as Kruise does. */
function tell(api: ApiServer, status: object): Promise<unknown> {
  const path = `${rolloutPath(SHOP, 'a')}/status`;
  return api.request({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body: { status } });
}
