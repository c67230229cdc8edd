import { join } from 'node:path';
import { collectionPath } from '../../agent/kubernetes/resource.ts';
import { at } from '../../agent/model/json.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';
import { freePorts } from '../../demo/ports.ts';
import { HigressPlayer } from '../../test/cluster/higress-player.ts';
import { releasedLane } from '../../test/cluster/released-lane.ts';
import { bootstrap } from '../gateway/bootstrap.ts';
import { followedFilter } from '../gateway/filters.ts';
import { startEnvoy } from './envoy.ts';
import { SHOP, type Way, type WayOptions } from './way.ts';
import { witnessFile, witnessObject } from './witness.ts';

const NAME = 'graylane';

/**
 * Higress, played, in front of a stock Envoy.
 *
 * @param debounces how long each of its control planes waits for more, in milliseconds
 */
export async function openHigress({ cluster, plugin, envoy }: WayOptions, debounces: readonly number[]): Promise<Way> {
  const file = join(cluster.folder, 'higress-ecds.json');
  const player = new HigressPlayer({ api: cluster.admin, name: NAME, file, debounces });
  const ends: (() => Promise<void>)[] = [() => player.close()];
  await cluster.apply([
    {
      apiVersion: 'extensions.higress.io/v1alpha1',
      kind: 'WasmPlugin',
      metadata: { name: NAME, namespace: HIGRESS.namespace },
      spec: { url: `file://${plugin}`, phase: 'UNSPECIFIED_PHASE', priority: 400, failStrategy: 'FAIL_OPEN' },
    },
  ]);
  return {
    words: ['--target', 'higress'],
    objects: releasedLane(SHOP),
    begin: async () => {
      await player.start();
      const [port = 0, adminPort = 0] = await freePorts(2);
      const filter = followedFilter(`${HIGRESS.namespace}.${NAME}`, file);
      const config = bootstrap(adminPort, [{ name: 'outer', port, filter }]);
      const running = await startEnvoy(envoy, cluster.folder, config, adminPort);
      ends.push(() => running.kill());
      const path = collectionPath(HIGRESS.resource, HIGRESS.namespace);
      const event = await witnessObject(cluster.admin, { path, name: NAME }, (object) => at(object, 'spec'));
      const written = witnessFile(file);
      ends.push(
        () => event.close(),
        () => written.close(),
      );
      return { port, witnesses: { 'WasmPlugin seen by a watch': event, 'ECDS file in place': written } };
    },
    close: async () => {
      await Promise.all(ends.map((end) => end()));
    },
  };
}
