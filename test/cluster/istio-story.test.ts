import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFailed, test, vi } from 'vitest';
import { collectionPath, DESTINATION_RULE, VIRTUAL_SERVICE } from '../../agent/kubernetes/resource.ts';
import { fieldsAt, listAt, textAt } from '../../agent/model/json.ts';
import { isOwn } from '../../agent/model/own.ts';
import { ISTIO } from '../../agent/targets/wasmplugin/flavour.ts';
import { type Check, verify } from '../../demo/check.ts';
import { commandLine } from '../../demo/curl.ts';
import { PLACE, STORY } from '../../demo/story.ts';
import { describeOnEnvoy } from '../envoy/binary.ts';
import { HAS_CLUSTER } from './cluster.ts';
import type { Change } from './history.ts';
import { HAS_ISTIO } from './istio.ts';
import { type StoryMesh, startStoryMesh } from './story-mesh.ts';

const LIMIT_MS = 240_000;
const PATIENCE = { timeout: 90_000, interval: 200 };

describe.skipIf(!HAS_CLUSTER || !HAS_ISTIO)('the story in an Istio mesh', () => {
  describeOnEnvoy('whose Envoys are fed by its control plane', () => {
    const ends: (() => unknown)[] = [];
    let mesh: StoryMesh;

    beforeAll(async () => {
      mesh = await startStoryMesh(ends);
    }, LIMIT_MS);

    afterAll(async () => {
      for (const end of ends.reverse()) await end();
    }, LIMIT_MS);

    /** Resolves when the right answer has come many times in a row, and to curl as well; where nothing changes, no other may come. */
    const answers = async (check: Check): Promise<void> => {
      const address = { port: mesh.port, host: PLACE.host, path: PLACE.path };
      const ask = () => verify({ ...check, settles: false }, address, new AbortController().signal);
      if (check.settles) await vi.waitFor(ask, PATIENCE);
      else await ask();
      const { stdout } = await promisify(execFile)('sh', ['-c', commandLine(check.curl, address)]);
      expect(stdout.trim()).toMatch(check.right);
    };

    test.each(STORY)('$title', { timeout: LIMIT_MS }, async ({ cut, checks }) => {
      onTestFailed(() => console.log(mesh.agent.log.slice(-4000)));
      await mesh.replay.play(cut);
      for (const check of checks) await answers(check);
    });

    test('nothing of graylane is left when it is over', { timeout: LIMIT_MS }, async () => {
      await vi.waitFor(async () => {
        for (const [resource] of [VIRTUAL_SERVICE, DESTINATION_RULE]) {
          const list = await mesh.cluster.admin.request({ method: 'GET', path: collectionPath(resource) });
          const own = listAt(list, 'items').filter(isOwn);
          expect(own.map((object) => textAt(object, 'metadata', 'name'))).toEqual([]);
        }
      }, PATIENCE);
    });

    test('there was a route for the tag from before it was set until after it was taken off', async () => {
      const none = { tag: false, route: false };
      const lane = [{ tag: false, route: true }, { tag: true, route: true }, { tag: false, route: true }, none];
      const path = collectionPath(ISTIO.resource);
      const { metadata } = fieldsAt(await mesh.cluster.admin.request({ method: 'GET', path }));
      await mesh.history.reached(Number(textAt(metadata, 'resourceVersion')));
      expect(statesOf(mesh.history.changes)).toEqual([none, ...lane, ...lane]);
    });
  });
});

/** Whether gateways are told to set the tag, and whether there is a route for it. */
interface State {
  readonly tag: boolean;
  readonly route: boolean;
}

/** The states that the API server had one after the other. */
function statesOf(changes: readonly Change[]): readonly State[] {
  const routes = new Set<string>();
  const states: State[] = [{ tag: false, route: false }];
  for (const { key, object } of changes) {
    const last = states.at(-1);
    if (key.includes('/virtualservices/') && /-graylane(-tagged)?$/.test(key)) {
      if (object === undefined) routes.delete(key);
      else routes.add(key);
    }
    const isPlugin = key.includes('/extensions.istio.io/wasmplugins/');
    const tag = isPlugin ? listAt(object, 'spec', ISTIO.field, 'rules').length > 0 : last?.tag === true;
    const state = { tag, route: routes.size > 0 };
    if (state.tag !== last?.tag || state.route !== last.route) states.push(state);
  }
  return states;
}
