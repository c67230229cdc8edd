import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../properties/random.ts';
import { HAS_STAGE, Stage } from './stage.ts';

const KILLS = 100;
/** An agent lives for so long at most; it is there and leads after about two seconds. */
const LIFE_MS = 6000;
const SPEED = 3;
/** Recordings with a lane, with and without trafficRoutings, rollbacks and continuous releases, played again and again. */
const RELEASES = ['s08', 's20', 's11', 's03', 's18', 's21'];
/** What is written is of a state that is not older. */
const windowMs = 5000;
/** Nobody writes while agents are killed before they lead; these are many lives in a row. */
const lateMs = 60_000;
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/graylane-system/leases/graylane';

describe.skipIf(!HAS_STAGE)('an agent that is killed a hundred times at any moment of releases', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage?.close());

  /** What an agent does that is stopped; one that is killed cannot, and each would wait for 15 s. */
  const releaseLease = (): Promise<unknown> => {
    const body = { spec: { holderIdentity: '' } };
    const contentType = 'application/merge-patch+json';
    return stage.cluster.admin.request({ method: 'PATCH', path: LEASE, contentType, body }).catch(() => undefined);
  };

  /** One release after the other. */
  const play = async (signal: AbortSignal, first: number): Promise<void> => {
    for (let round = first; !signal.aborted; round += 2) {
      const name = RELEASES[round % RELEASES.length] ?? '';
      await stage.play(name, `${name}-${round}`, SPEED, signal);
    }
  };

  test('never leaves a wrong configuration, and the last one brings the right one', { timeout: 900_000 }, async () => {
    const random = new Random(20_261_125);
    const over = new AbortController();
    const playing = [play(over.signal, 0), play(over.signal, 1)];
    let leaders = 0;
    for (let count = 0; count < KILLS; count++) {
      await releaseLease();
      const agent = await stage.startAgent();
      await sleep(random.next() * LIFE_MS);
      await agent.kill();
      if (agent.hasLed) leaders += 1;
    }
    await releaseLease();
    const last = await stage.startAgent();
    await sleep(10_000);
    over.abort();
    await Promise.all(playing);
    await stage.settled(60_000);
    const { wrong, pushes } = stage.verdict({ windowMs, lateMs, isForgetful: true });
    console.log(`${KILLS} kills, ${leaders} of leaders, ${pushes.length} configurations`);
    expect(wrong).toEqual([]);
    expect(leaders).toBeGreaterThan(KILLS / 3);
    expect(pushes.length).toBeGreaterThan(KILLS / 2);
    expect(stage.forbidden).toEqual([]);
    expect(last.died).toBeUndefined();
  });
});
