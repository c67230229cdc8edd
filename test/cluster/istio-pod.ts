import { createServer, type Server } from 'node:http';
import { hash } from '../targets/objects.ts';
import type { Cluster } from './cluster.ts';
import { endpointSlice } from './discovery-v1.ts';

/** What Kruise's patch puts on gray pods alone. */
export const GRAY_MARK = { 'alicloud.service.tag': 'gray' } as const;

/** A pod whose process answers with its revision. */
export class Pod {
  readonly revision: string;
  readonly address: string;
  readonly #app: string;
  readonly #cluster: Cluster;
  readonly #port: number;
  #server: Server | undefined;

  constructor(cluster: Cluster, app: string, revision: string, address: string, port: number) {
    this.#cluster = cluster;
    this.#port = port;
    this.#app = app;
    this.revision = revision;
    this.address = address;
  }

  async start(): Promise<void> {
    const server = createServer((_, response) => response.end(this.revision));
    await new Promise<void>((resolve) => server.listen(this.#port, this.address, resolve));
    this.#server = server;
    await this.report(true);
  }

  /** Says whether it is ready. */
  async report(isReady: boolean): Promise<void> {
    const labels = { app: this.#app, ...hash(this.revision), ...(this.revision === 'gray' && GRAY_MARK) };
    const status = isReady ? 'True' : 'False';
    await this.#cluster.apply([
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: this.#name, namespace: 'default', labels },
        spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'none' }] },
        status: { phase: 'Running', podIP: this.address, conditions: [{ type: 'Ready', status }] },
      },
      endpointSlice({ pod: this.#name, service: this.#app, address: this.address, port: this.#port, isReady }),
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
    const paths = [
      `/apis/discovery.k8s.io/v1beta1/namespaces/default/endpointslices/${this.#name}`,
      `/api/v1/namespaces/default/pods/${this.#name}`,
    ];
    for (const path of paths) {
      await this.#cluster.admin.request({ method: 'DELETE', path, body: { gracePeriodSeconds: 0 } });
    }
  }

  get #name(): string {
    return `${this.#app}-${this.address.replaceAll('.', '-')}`;
  }
}
