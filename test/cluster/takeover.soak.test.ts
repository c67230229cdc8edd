import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textAt } from '../../agent/model/json.ts';
import { releasedLane, rolloutOf, stepPaused } from './released-lane.ts';
import { HAS_STAGE, Stage } from './stage.ts';

/** A lease of 15 s and what an election may take, on a machine that is busy. */
const windowMs = 30_000;

describe.skipIf(!HAS_STAGE)('of two agents, when the one that leads', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage?.close());

  const version = async (): Promise<string | undefined> =>
    textAt(await stage.cluster.admin.request({ method: 'GET', path: stage.pluginPath }), 'metadata', 'resourceVersion');

  test('is killed, the other takes over without a write, and writes what changes then', async () => {
    const first = await stage.startAgent();
    await stage.cluster.apply(releasedLane('shop'));
    await stage.settled(30_000);
    await stage.until('the rule is in force', async () => (await stage.rules()).includes('shop/a/1/0'));
    const second = await stage.startAgent();
    await stage.until('the second one is warm', async () => second.isWarm);
    await stage.quiet();
    const before = await version();

    await first.kill();
    await stage.until('the second one leads', async () => second.hasLed);
    await stage.quiet();
    expect(await version()).toBe(before);

    await stage.cluster.apply([rolloutOf('shop', 'a', stepPaused(2))]);
    await stage.until('the rule of step 2 is in force', async () => (await stage.rules()).includes('shop/a/2/0'));
    expect(stage.verdict({ windowMs }).wrong).toEqual([]);
    expect(stage.forbidden).toEqual([]);
  });

  test('is killed just after a rule had to be withdrawn, the other withdraws it', async () => {
    const leader = stage.agents.at(-1);
    const other = await stage.startAgent();
    await stage.until('the other one is warm', async () => other.isWarm);
    await stage.quiet();
    await leader?.kill();
    await stage.cluster.apply([rolloutOf('shop', 'a', stepPaused(2, 'StepPaused', 'Cancelling'))]);
    await stage.until('the rule is withdrawn', async () => (await stage.rules()).length === 0);
    expect(stage.verdict({ windowMs }).wrong).toEqual([]);
  });

  test('is asked to end, the other follows at once, since the lease is given up', async () => {
    const leader = stage.agents.at(-1);
    const other = await stage.startAgent();
    await stage.until('the other one is warm', async () => other.isWarm);
    await stage.quiet();
    const beginMs = performance.now();
    await leader?.stop();
    await stage.until('the other one leads', async () => other.hasLed);
    // Shorter than any lease that runs out.
    expect(performance.now() - beginMs).toBeLessThan(12_000);
    expect(leader?.died).toBe('exit code 0');
    expect(leader?.log).not.toContain('"level":"error"');
    expect(stage.forbidden).toEqual([]);
  });
});
