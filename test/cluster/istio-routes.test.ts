import { readdirSync, readFileSync } from 'node:fs';
import { createServer, get, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import type { Route } from '../../agent/model/compiled.ts';
import { integerAt, listAt, textAt } from '../../agent/model/json.ts';
import { istioObjects } from '../../agent/targets/istio/objects.ts';
import { startEnvoy } from '../../bench/path/envoy.ts';
import { fedBootstrap } from '../../bench/path/istio.ts';
import { freePorts } from '../../demo/ports.ts';
import { describeOnEnvoy, envoy } from '../envoy/binary.ts';
import { hash, route } from '../targets/objects.ts';
import { type Cluster, HAS_CLUSTER, startCluster } from './cluster.ts';
import { GATEWAY_NODE, HAS_ISTIO, istioDefinitions, startIstio } from './istio.ts';

const PATIENCE = { timeout: 60_000, interval: 100 };
const LIMIT_MS = 240_000;
/** Enough for a wrong answer to show where one part in three would be wrong. */
const REQUESTS = 60;

describe.skipIf(!HAS_CLUSTER)('the objects for Istio', () => {
  test.each(['kube-apiserver', 'apiextensions-apiserver'] as const)(
    'are what the definitions of Istio allow, on %s',
    { timeout: LIMIT_MS },
    async (server) => {
      const cluster = await startCluster({ server, crds: false });
      try {
        await cluster.apply(istioDefinitions());
        const folder = fileURLToPath(new URL('../targets/istio/testdata/', import.meta.url));
        for (const file of readdirSync(folder).filter((name) => name.endsWith('.out.yaml'))) {
          const { objects } = parse(readFileSync(`${folder}${file}`, 'utf8'));
          await expect(cluster.apply(objects), file).resolves.toBeUndefined();
        }
      } finally {
        await cluster.stop();
      }
    },
  );
});

describe.skipIf(!HAS_CLUSTER || !HAS_ISTIO)('what the control plane of Istio makes of them', () => {
  describeOnEnvoy('in a sidecar', () => {
    const ends: (() => unknown)[] = [];
    let mesh: Mesh;

    beforeAll(async () => {
      mesh = await Mesh.start(ends);
    }, LIMIT_MS);

    afterAll(async () => {
      for (const end of ends.reverse()) await end();
    }, LIMIT_MS);

    test('sends tagged requests to gray pods and all others to stable ones', { timeout: LIMIT_MS }, async () => {
      await mesh.serve(route('b'), ['stable', 'stable', 'gray']);
      expect(await mesh.priorities('b', 'b-graylane-gray')).toEqual(['0 gray', '1 stable', '1 stable']);
      expect(await mesh.priorities('b', '')).toEqual(['0 stable', '0 stable', '1 gray']);
      expect(await mesh.ask('b', 'gray')).toEqual(['gray']);
      expect(await mesh.ask('b', undefined)).toEqual(['stable']);
      expect(await mesh.ask('b', 'blue')).toEqual(['stable']);
    });

    test('sends tagged requests to the baseline while gray pods are gone and nobody knows', {
      timeout: LIMIT_MS,
    }, async () => {
      const pods = await mesh.serve(route('unknown'), ['stable', 'gray', 'gray']);
      for (const pod of pods.filter(({ revision }) => revision === 'gray')) await pod.vanish();
      expect(await mesh.ask('unknown', 'gray')).toEqual(['stable']);
      expect(await mesh.priorities('unknown', 'unknown-graylane-gray')).toEqual(['0 gray', '0 gray', '1 stable']);
    });

    test('sends tagged requests to the baseline once gray pods are known to be gone', {
      timeout: LIMIT_MS,
    }, async () => {
      const pods = await mesh.serve(route('known'), ['stable', 'gray']);
      await pods[1]?.remove();
      await mesh.sees('known', 'known-graylane-gray', ['0 stable']);
      expect(await mesh.ask('known', 'gray')).toEqual(['stable']);
    });

    test('answers tagged requests with 503 in strict mode while gray pods are gone', {
      timeout: LIMIT_MS,
    }, async () => {
      const pods = await mesh.serve(route('strict', { mode: 'strict' }), ['stable', 'gray']);
      expect(await mesh.ask('strict', 'gray')).toEqual(['gray']);
      await pods[1]?.vanish();
      expect(await mesh.ask('strict', 'gray')).toEqual(['503']);
      await pods[1]?.remove();
      await mesh.sees('strict', 'strict-graylane-gray', []);
      expect(await mesh.ask('strict', 'gray')).toEqual(['503']);
      expect(await mesh.ask('strict', undefined)).toEqual(['stable']);
    });

    test('keeps ordinary requests off gray pods while stable ones are not ready', { timeout: LIMIT_MS }, async () => {
      const pods = await mesh.serve(route('starting'), ['stable', 'stable', 'stable', 'gray']);
      await pods[0]?.report(false);
      await pods[1]?.report(false);
      await mesh.sees('starting', '', ['0 stable', '1 gray']);
      expect(await mesh.ask('starting', undefined)).toEqual(['stable']);
    });

    test('lets gray pods answer ordinary requests when there is nobody else', { timeout: LIMIT_MS }, async () => {
      const pods = await mesh.serve(route('last'), ['stable', 'gray']);
      await pods[0]?.remove();
      await mesh.sees('last', '', ['0 gray']);
      expect(await mesh.ask('last', undefined)).toEqual(['gray']);
    });

    test('keeps the lanes of one Service apart', { timeout: LIMIT_MS }, async () => {
      const blue = route('shared', { tagValue: 'blue', grayLabels: hash('blue') });
      const pods = await mesh.serve(route('shared'), ['stable', 'gray', 'blue'], blue);
      expect(await mesh.ask('shared', 'gray')).toEqual(['gray']);
      expect(await mesh.ask('shared', 'blue')).toEqual(['blue']);
      expect(await mesh.ask('shared', undefined)).toEqual(['stable']);
      await pods[1]?.remove();
      await mesh.sees('shared', 'shared-graylane-gray', []);
      expect(await mesh.ask('shared', 'gray')).toEqual(['503']);
    });
  });
});

/** Else the sidecar waits for certificates, to be called itself. */
const PLAIN_TEXT = {
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { name: 'default', namespace: 'istio-system' },
  spec: { mtls: { mode: 'DISABLE' } },
};

/** A pod whose process answers with its revision. */
class Pod {
  readonly revision: string;
  readonly address: string;
  readonly #app: string;
  readonly #cluster: Cluster;
  #server: Server | undefined;

  constructor(cluster: Cluster, app: string, revision: string, address: string) {
    this.#cluster = cluster;
    this.#app = app;
    this.revision = revision;
    this.address = address;
  }

  async start(port: number): Promise<void> {
    const server = createServer((_, response) => response.end(this.revision));
    await new Promise<void>((resolve) => server.listen(port, this.address, resolve));
    this.#server = server;
    await this.report(true);
  }

  /** Says whether it is ready. */
  async report(isReady: boolean): Promise<void> {
    const labels = { app: this.#app, ...hash(this.revision) };
    const status = isReady ? 'True' : 'False';
    await this.#cluster.apply([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: this.#name, namespace: 'default', labels },
        spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'none' }] },
        status: { phase: 'Running', podIP: this.address, conditions: [{ type: 'Ready', status }] },
      },
    ]);
  }

  /** Ends the process; the API server is not told. */
  async vanish(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  }

  async remove(): Promise<void> {
    const path = `/api/v1/namespaces/default/pods/${this.#name}`;
    await this.#cluster.admin.request({ method: 'DELETE', path, body: { gracePeriodSeconds: 0 } });
  }

  get #name(): string {
    return `${this.#app}-${this.address.replaceAll('.', '-')}`;
  }
}

/** A sidecar on a real control plane; its API server, its services. */
class Mesh {
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
    const node = {
      ...GATEWAY_NODE,
      id: 'sidecar~127.0.0.1~caller.default~default.svc.cluster.local',
      metadata: {
        ...GATEWAY_NODE.metadata,
        NAMESPACE: 'default',
        LABELS: { app: 'caller' },
        HTTP_PROXY_PORT: String(proxy),
      },
    };
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
      return new Pod(this.#cluster, service, revision, `127.0.1.${this.#pods.length + index + 1}`);
    });
    this.#pods.push(...pods);
    for (const pod of pods) await pod.start(this.#ports.pods);
    const { objects } = istioObjects({ compiled: { routes: [first, ...more], baselines: [] }, objects: [] });
    await this.#cluster.apply([this.#entry(service), ...objects]);
    await vi.waitFor(async () => {
      for (const { tagValue, grayLabels } of [first, ...more]) {
        expect(await this.ask(service, tagValue)).toEqual([grayLabels['pod-template-hash']]);
      }
      expect(await this.ask(service, undefined)).toEqual(['stable']);
    }, PATIENCE);
    return pods;
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

  /** Istio takes pods that a ServiceEntry selects as it takes those of a Service, also from an API server without EndpointSlices. */
  #entry(service: string): object {
    const port = { number: 80, name: 'http', protocol: 'HTTP', targetPort: this.#ports.pods };
    return {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: service, namespace: 'default' },
      spec: {
        hosts: [`${service}.default.svc.cluster.local`],
        location: 'MESH_INTERNAL',
        resolution: 'STATIC',
        ports: [port],
        workloadSelector: { labels: { app: service } },
      },
    };
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
