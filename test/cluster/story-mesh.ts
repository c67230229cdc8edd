import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../agent/targets/envoy/discovery.ts';
import { startEnvoy } from '../../bench/path/envoy.ts';
import { startGround } from '../../bench/path/ground.ts';
import { fedBootstrap, pluginObject } from '../../bench/path/istio.ts';
import { freePorts } from '../../demo/ports.ts';
import { projectRoot } from '../../demo/project.ts';
import { PLACE } from '../../demo/story.ts';
import { envoy } from '../envoy/binary.ts';
import { AgentProcess } from './agent-process.ts';
import type { Cluster } from './cluster.ts';
import { History } from './history.ts';
import { GATEWAY_NODE, istioDefinitions, PLAIN_TEXT, sidecarNode, startIstio } from './istio.ts';
import { otherKinds } from './other-kinds.ts';
import { StoryPods } from './story-pods.ts';
import { StoryReplay } from './story-replay.ts';

/** Where the story happens: a cluster with Istio's control plane, the agent, and an Envoy for the entry and for each caller. */
export interface StoryMesh {
  readonly cluster: Cluster;
  readonly agent: AgentProcess;
  readonly history: History;
  readonly replay: StoryReplay;
  /** Of 127.0.0.1, where the gateway listens. */
  readonly port: number;
}

/** What it starts is ended by the functions that it adds to the list, the last one first. */
export async function startStoryMesh(ends: (() => unknown)[]): Promise<StoryMesh> {
  const cluster = await startGround(istioDefinitions());
  ends.push(() => cluster.stop());
  const [port = 0, a = 0, b = 0, pods = 0] = await freePorts(4);
  const plugin = join(projectRoot(), 'build', 'plugin.wasm');
  await cluster.apply([...otherKinds(), PLAIN_TEXT, pluginObject(plugin), ...entry(port)]);
  const history = await History.begin(cluster);
  ends.push(() => history.end());
  const istio = await startIstio(cluster);
  ends.push(() => istio.stop());
  const calls = { 'spring-cloud-a': a, 'spring-cloud-b': b };
  const nodes = Object.entries(calls).map(([app, calling]): [string, JsonObject] => [app, sidecarNode(app, calling)]);
  for (const [name, node] of [['gateway', GATEWAY_NODE] as const, ...nodes]) {
    const folder = join(cluster.folder, name);
    mkdirSync(folder);
    const [admin = 0] = await freePorts(1);
    const running = await startEnvoy(envoy().path, folder, fedBootstrap(admin, istio.xdsPort, node), admin);
    ends.push(() => running.kill());
  }
  const words = ['--routes', 'istio', '--routes-wait', '1'];
  const agent = new AgentProcess(cluster, { kubeconfig: await cluster.kubeconfig(), target: 'istio', words });
  ends.push(() => agent.kill());
  const services = new StoryPods(cluster, { pods, calls });
  ends.push(() => services.close());
  return { cluster, agent, history, replay: new StoryReplay(cluster, services), port };
}

/** The user's way in, with a rule that delegates tagged requests to what graylane makes while there are some. */
function entry(port: number): readonly object[] {
  const { namespace, host, path } = PLACE;
  const meta = { apiVersion: 'networking.istio.io/v1', metadata: { name: 'edge', namespace } };
  const server = { port: { number: port, name: 'http', protocol: 'HTTP' }, bind: '127.0.0.1', hosts: [host] };
  const match = [{ uri: { prefix: path } }];
  const http = [
    { match, delegate: { name: 'spring-cloud-a-graylane-tagged', namespace } },
    { match, route: [{ destination: { host: 'spring-cloud-a' } }] },
  ];
  return [
    { ...meta, kind: 'Gateway', spec: { selector: GATEWAY_NODE.metadata.LABELS, servers: [server] } },
    { ...meta, kind: 'VirtualService', spec: { hosts: [host], gateways: [meta.metadata.name], http } },
  ];
}
