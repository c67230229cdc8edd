import { get } from 'node:http';
import { expect, vi } from 'vitest';
import type { Compiled, Route } from '../../agent/model/compiled.ts';
import { integerAt, listAt, textAt } from '../../agent/model/json.ts';
import { istioObjects } from '../../agent/targets/istio/objects.ts';
import { startEnvoy } from '../../bench/path/envoy.ts';
import { fedBootstrap } from '../../bench/path/istio.ts';
import { freePorts } from '../../demo/ports.ts';
import { envoy } from '../envoy/binary.ts';
import { service as serviceObject } from '../targets/objects.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { istioDefinitions, PLAIN_TEXT, sidecarNode, startIstio } from './istio.ts';
import { Pod } from './istio-pod.ts';

const PATIENCE = { timeout: 60_000, interval: 100 };
/** Enough for a wrong answer to show where one part in three would be wrong. */
const REQUESTS = 60;

/** A sidecar on a real control plane; its API server, its services. */
export class Mesh {
  readonly #cluster: Cluster;
  readonly #ports: { readonly proxy: number; readonly admin: number; readonly pods: number };
  readonly #pods: Pod[] = [];

  private constructor(cluster: Cluster, ports: { proxy: number; admin: number; pods: number }) {
    this.#cluster = cluster;
    this.#ports = ports;
  }

  /** What it starts is ended by the functions that it adds to the list, the last one first. */
  static async start(ends: (() => unknown)[]): Promise<Mesh> {
    const cluster = await startCluster({ crds: false });
    ends.push(() => cluster.stop());
    await cluster.apply(istioDefinitions());
    await cluster.apply([PLAIN_TEXT]);
    const istio = await startIstio(cluster);
    ends.push(() => istio.stop());
    const [proxy = 0, admin = 0, pods = 0] = await freePorts(3);
    const node = sidecarNode('caller', proxy);
    const running = await startEnvoy(envoy().path, cluster.folder, fedBootstrap(admin, istio.xdsPort, node), admin);
    ends.push(() => running.kill());
    const mesh = new Mesh(cluster, { proxy, admin, pods });
    ends.push(() => Promise.all(mesh.#pods.map((pod) => pod.vanish())));
    return mesh;
  }

  /** Starts a pod for each revision, and applies what is rendered for the routes; resolves when the sidecar has all of it. */
  async serve(first: Route, revisions: readonly string[], ...more: readonly Route[]): Promise<readonly Pod[]> {
    const { service } = first;
    const pods = revisions.map((revision, index) => {
      const address = `127.0.1.${this.#pods.length + index + 1}`;
      return new Pod(this.#cluster, service, revision, address, this.#ports.pods);
    });
    this.#pods.push(...pods);
    for (const pod of pods) await pod.start();
    await this.#cluster.apply([serviceObject(service, { ports: [{ port: 80, name: 'http' }] })]);
    await this.apply(service, { routes: [first, ...more], baselines: [] });
    await vi.waitFor(async () => {
      for (const { tagValue, grayLabels } of [first, ...more]) {
        expect(await this.ask(service, tagValue)).toEqual([grayLabels['pod-template-hash']]);
      }
      expect(await this.ask(service, undefined)).toEqual(['stable']);
    }, PATIENCE);
    return pods;
  }

  /** Applies what is rendered for one Service. */
  async apply(service: string, compiled: Pick<Compiled, 'routes' | 'baselines'>): Promise<void> {
    await this.#cluster.apply(istioObjects({ compiled, objects: [serviceObject(service)] }).objects);
  }

  /** The different answers to many requests, sorted: who answered, or with which status. */
  async ask(service: string, tag: string | undefined): Promise<readonly string[]> {
    const headers = { host: `${service}.default.svc.cluster.local`, ...(tag !== undefined && { 'x-mse-tag': tag }) };
    const answers = new Set<string>();
    for (let count = 0; count < REQUESTS; count += 1) {
      const { status, body } = await fetched(this.#ports.proxy, '/', headers);
      answers.add(status === 200 ? body : String(status));
    }
    return [...answers].sort();
  }

  /** `priority revision` of all whom the sidecar may ask, sorted. */
  async priorities(service: string, subset: string): Promise<readonly string[]> {
    const { body } = await fetched(this.#ports.admin, '/clusters?format=json', {});
    const name = `outbound|80|${subset}|${service}.default.svc.cluster.local`;
    const found = listAt(JSON.parse(body), 'cluster_statuses').find((cluster) => textAt(cluster, 'name') === name);
    return listAt(found, 'host_statuses')
      .map((host) => {
        const address = textAt(host, 'address', 'socket_address', 'address');
        const pod = this.#pods.find((one) => one.address === address);
        return `${integerAt(host, 'priority') ?? 0} ${pod?.revision}`;
      })
      .sort();
  }

  /** Resolves when these are all whom the sidecar may ask. */
  async sees(service: string, subset: string, wanted: readonly string[]): Promise<void> {
    await vi.waitFor(async () => expect(await this.priorities(service, subset)).toEqual(wanted), PATIENCE);
  }
}

/** The answer of a server on that port of 127.0.0.1, on a connection of its own. */
function fetched(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        body += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}
