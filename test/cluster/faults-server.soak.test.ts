import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HAS_STAGE, Stage } from './stage.ts';

const SPEED = 4;
const FREEZE_MS = 60_000;
/** After that a watch in which nothing comes is begun again. */
const IDLE_MS = 60_000;
const TIMEOUT_MS = 240_000;

describe.skipIf(!HAS_STAGE)('two releases come out right', () => {
  let stage: Stage;
  let round = 0;

  beforeAll(async () => {
    stage = await Stage.open();
    await stage.startAgent();
    await stage.settled(30_000);
  });
  afterAll(() => stage?.close());

  const release = (): Promise<unknown> => {
    round += 1;
    return Promise.all([stage.play('s08', `a-${round}`, SPEED), stage.play('s20', `b-${round}`, SPEED)]);
  };
  const expectRight = async (windowMs: number): Promise<void> => {
    await stage.settled(60_000);
    const { wrong, pushes } = stage.verdict({ windowMs });
    expect(wrong).toEqual([]);
    expect(pushes.length).toBeGreaterThan(round);
    expect(stage.forbidden).toEqual([]);
    expect(stage.agents[0]?.died).toBeUndefined();
  };

  test('when the API server is killed and started again three times', { timeout: TIMEOUT_MS }, async () => {
    const playing = release();
    for (let count = 0; count < 3; count++) {
      await sleep(4000);
      await stage.cluster.kill();
      await sleep(500 * count);
      await stage.restartServer();
    }
    await playing;
    await expectRight(20_000);
  });

  test('when the API server is frozen for a minute, in which the agent ceases to lead', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const playing = release();
    await sleep(8000);
    stage.cluster.freeze();
    await sleep(FREEZE_MS);
    stage.cluster.thaw();
    await playing;
    expect(stage.agents[0]?.hasLost).toBe(true);
    await expectRight(30_000);
  });

  test('when the watches that are open fall silent for good', { timeout: TIMEOUT_MS }, async () => {
    const playing = release();
    await sleep(8000);
    const silentMs = performance.now();
    stage.proxy.inject({ on: ({ isWatch, atMs }) => isWatch && atMs < silentMs, effect: { kind: 'swallow' } });
    await playing;
    expect(stage.proxy.happened('swallow')).toBeGreaterThan(10);
    await sleep(Math.max(0, silentMs + IDLE_MS - performance.now()));
    await expectRight(IDLE_MS + 20_000);
  });
});
