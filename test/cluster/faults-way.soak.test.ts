import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Random } from '../properties/random.ts';
import type { Effect, Passed } from './fault.ts';
import { HAS_STAGE, Stage } from './stage.ts';

/** How long rules may be in force that are right no more, when something is wrong with the way to the API server. */
const windowMs = 10_000;
/** A watch that is cut several times in a row comes back later each time. */
const skewMs = 6000;
/** So many times faster than they were recorded, the releases take about twelve seconds. */
const SPEED = 8;

const isWatch = (request: Passed): boolean => request.isWatch;
const isList = ({ isWatch, method, path }: Passed): boolean =>
  !isWatch && method === 'GET' && /\/(rollouts|deployments|pods|batchreleases|services|ingresses)$/.test(path);
/** Neither election, whose failures end a term, nor discovery. */
const isOfObjects = (request: Passed): boolean => request.isWatch || isList(request) || isWrite(request);
const isWrite = ({ method, path }: Passed): boolean => method === 'PATCH' && path.includes('/wasmplugins/');
/** True each time that it was asked so many times. */
const every = (times: number): (() => boolean) => {
  let asked = 0;
  return () => ++asked % times === 0;
};

/**
 * Two releases are played through the whole agent, one with trafficRoutings and one without, while the way to the API server
 * is faulty. However that is: the configuration in the end is the compiled one, none in between was wrong, and nothing that
 * the agent asks for is more than it may.
 */
describe.skipIf(!HAS_STAGE)('with a faulty way to the API server, two releases come out right', () => {
  let stage: Stage;
  let round = 0;

  beforeAll(async () => {
    stage = await Stage.open();
    await stage.startAgent();
    await stage.settled(30_000);
  });

  afterEach(() => stage.proxy.heal());
  afterAll(() => stage?.close());

  const release = async (): Promise<void> => {
    round += 1;
    await Promise.all([stage.play('s08', `a-${round}`, SPEED), stage.play('s20', `b-${round}`, SPEED)]);
  };
  const expectRight = async (...faults: readonly Effect['kind'][]): Promise<void> => {
    for (const kind of faults) expect(stage.proxy.happened(kind)).toBeGreaterThan(0);
    stage.proxy.heal();
    await stage.settled(30_000);
    const verdict = stage.verdict({ windowMs, skewMs });
    expect(verdict.wrong).toEqual([]);
    // Two releases of several steps each, of which some may come together: neither can have been slept through.
    expect(verdict.pushes.length).toBeGreaterThanOrEqual(round * 3);
    expect(stage.forbidden).toEqual([]);
    expect(stage.agents[0]?.died).toBeUndefined();
    expect(stage.agents[0]?.hasLost).toBe(false);
  };

  test('when nothing is wrong with it', async () => {
    await release();
    await expectRight();
  });

  test('when watches are cut in the middle of a line again and again', async () => {
    const random = new Random(1);
    stage.proxy.inject({ on: (request) => isWatch(request) && random.chance(0.05), effect: { kind: 'cut' } });
    await release();
    await expectRight('cut');
  });

  test('when the server forgets where watches were, again and again', async () => {
    const random = new Random(2);
    stage.proxy.inject({ on: (request) => isWatch(request) && random.chance(0.05), effect: { kind: 'expire' } });
    await release();
    await expectRight('expire');
  });

  test('when watches are refused with 410, and the list has to be read anew', async () => {
    const random = new Random(3);
    const third = every(3);
    const answer = { kind: 'answer', status: 410, reason: 'Expired' } as const;
    stage.proxy.inject({ on: (request) => isWatch(request) && random.chance(0.05), effect: { kind: 'cut' } });
    stage.proxy.inject({ on: (request) => isWatch(request) && third(), effect: answer });
    await release();
    await expectRight('cut', 'answer');
  });

  test('when the server answers a fifth of all with 429 and asks for a second', async () => {
    const random = new Random(4);
    const fifth = every(5);
    const answer = { kind: 'answer', status: 429, reason: 'TooManyRequests', retryAfterS: 1 } as const;
    stage.proxy.inject({ on: (request) => isWatch(request) && random.chance(0.05), effect: { kind: 'cut' } });
    stage.proxy.inject({ on: (request) => isOfObjects(request) && fifth(), effect: answer });
    await release();
    await expectRight('answer');
  });

  test('when the server answers a fifth of all with 500', async () => {
    const random = new Random(5);
    const fifth = every(5);
    const answer = { kind: 'answer', status: 500, reason: 'InternalError' } as const;
    stage.proxy.inject({ on: (request) => isWatch(request) && random.chance(0.05), effect: { kind: 'cut' } });
    stage.proxy.inject({ on: (request) => isOfObjects(request) && fifth(), effect: answer });
    await release();
    await expectRight('answer');
  });

  test('when the answers to half of the writes are lost after they were carried out', async () => {
    const second = every(2);
    stage.proxy.inject({ on: (request) => isWrite(request) && second(), effect: { kind: 'lose' } });
    await release();
    await expectRight('lose');
  });

  test('when everything is late by up to a second', async () => {
    const random = new Random(7);
    for (const ms of [50, 200, 1000]) {
      stage.proxy.inject({
        on: (request) => isOfObjects(request) && random.chance(0.2),
        effect: { kind: 'delay', ms },
      });
    }
    await release();
    await expectRight('delay');
  });

  test('when lists are stale: what was withdrawn does not come back', async () => {
    round += 1;
    const playing = Promise.all([stage.play('s08', `a-${round}`, SPEED), stage.play('s20', `b-${round}`, SPEED)]);
    await vi.waitFor(async () => expect(await stage.rules()).toContain(`b-${round}/app/1/0`), { timeout: 20_000 });
    const lists = await stage.listsOfNow();
    await vi.waitFor(async () => expect(await stage.rules()).not.toContain(`b-${round}/app/1/0`), { timeout: 20_000 });
    // Everything is read anew, and for some seconds all that can be had is how it was.
    stage.proxy.inject({ on: isList, times: 12, effect: { kind: 'stale', lists } });
    stage.proxy.inject({ on: isWatch, times: 6, effect: { kind: 'expire' } });
    await playing;
    await expectRight('expire', 'stale');
  });
});
