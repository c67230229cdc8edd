import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { objectPath } from '../../agent/kubernetes/resource.ts';
import { at, isFields, textAt } from '../../agent/model/json.ts';
import { HIGRESS } from '../../agent/targets/wasmplugin/flavour.ts';
import { judgeOf } from '../../agent/wasm/judge.ts';
import { PluginModule } from '../../agent/wasm/module.ts';
import { projectRoot } from '../../demo/project.ts';
import type { Cluster } from '../../test/cluster/cluster.ts';
import { PAUSE, pause } from './changes.ts';
import { PluginWatch } from './plugin-watch.ts';
import { serverCpuMs } from './server-metrics.ts';

/** What has to be done for every change, however little it changes; each in milliseconds, round by round. */
export interface WriteCosts {
  /** Of the configuration, as JSON. */
  readonly bytes: number;
  /** Writing it as JSON. */
  readonly json: readonly number[];
  /** The plugin loads it. */
  readonly plugin: readonly number[];
  /** The API server takes it by server-side apply, and answers with the object. */
  readonly apply: readonly number[];
  /** The same, until another watch tells of it. */
  readonly told: readonly number[];
  /** CPU time of the API server for each. */
  readonly serverCpuMs: number;
}

/** Another WasmPlugin, which no agent looks after. */
const NAME = 'costs';
const PATIENCE_MS = 60_000;

/** @param line of a watch, with the WasmPlugin whose configuration is to be written */
export async function writeCosts(cluster: Cluster, line: string, rounds: number): Promise<WriteCosts> {
  const { admin } = cluster;
  const config = at(JSON.parse(line), 'object', 'spec', HIGRESS.field);
  const judge = judgeOf(PluginModule.load(readFileSync(join(projectRoot(), 'build', 'plugin.wasm'))));
  const costs: { [cost in 'json' | 'plugin' | 'apply' | 'told']: number[] } = {
    json: [],
    plugin: [],
    apply: [],
    told: [],
  };
  const { apiVersion, kind, namespace } = {
    apiVersion: 'extensions.higress.io/v1alpha1',
    kind: 'WasmPlugin',
    ...HIGRESS,
  };
  const path = objectPath(HIGRESS.resource, namespace, NAME);
  const watch = new PluginWatch(cluster, NAME);
  let text = '';
  const before = await serverCpuMs(admin);
  for (let round = 0; round < rounds; round += 1) {
    await pause(PAUSE.alone);
    const revision = `${textAt(config, 'revision')}-${round}`;
    const changed = { ...(isFields(config) ? config : {}), revision };
    costs.json.push(
      timed(() => {
        text = JSON.stringify(changed);
      }),
    );
    costs.plugin.push(timed(() => judge.judge(text)));
    const body = { apiVersion, kind, metadata: { name: NAME, namespace }, spec: { [HIGRESS.field]: changed } };
    const contentType = 'application/apply-patch+yaml';
    const startMs = performance.now();
    const told = watch.until((seen) => seen.includes(revision), PATIENCE_MS);
    await admin.request({ method: 'PATCH', path, query: { fieldManager: 'bench' }, contentType, body });
    costs.apply.push(performance.now() - startMs);
    costs.told.push((await told) - startMs);
  }
  const ofServer = ((await serverCpuMs(admin)) - before) / rounds;
  await watch.end();
  await admin.request({ method: 'DELETE', path });
  return { bytes: Buffer.byteLength(text), ...costs, serverCpuMs: ofServer };
}

function timed(work: () => unknown): number {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}
