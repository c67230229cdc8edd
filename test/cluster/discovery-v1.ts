import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as send } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Cluster } from './cluster.ts';

const SLICES = '/apis/discovery.k8s.io/v1/';
const KIND = { kind: 'EndpointSlice', apiVersion: 'discovery.k8s.io/v1' } as const;

/** What stands in front of an API server for clients that insist on `discovery.k8s.io/v1`. */
export interface DiscoveryV1 {
  /** For `cluster.kubeconfig(user, { url })`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts one in front of a cluster. A kube-apiserver 1.20 serves the beta of EndpointSlices alone, and Istio waits for the newer
 * ones for ever: here there are none, and a watch of them is silent. Everything else passes as it is.
 */
export async function startDiscoveryV1(cluster: Cluster): Promise<DiscoveryV1> {
  const { certFile, keyFile } = cluster.certificate;
  const cert = readFileSync(certFile);
  const agent = new Agent({ keepAlive: true, ca: cert });
  const upstream = new URL(cluster.url);
  const server = createServer({ cert, key: readFileSync(keyFile) }, (request, response) => {
    const url = new URL(request.url ?? '/', upstream);
    if (url.pathname.startsWith(SLICES)) answerSlices(url.searchParams, response);
    else pass(request, response, upstream, agent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

function answerSlices(query: URLSearchParams, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  if (!query.has('watch')) {
    response.end(JSON.stringify({ ...KIND, kind: `${KIND.kind}List`, metadata: { resourceVersion: '1' }, items: [] }));
    return;
  }
  response.flushHeaders();
  if (!query.has('sendInitialEvents')) return;
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  const object = { ...KIND, metadata: { resourceVersion: '1', annotations } };
  response.write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
}

function pass(request: IncomingMessage, response: ServerResponse, { hostname, port, host }: URL, agent: Agent): void {
  const { method, url: path } = request;
  const headers = { ...request.headers, host };
  const call = send({ hostname, port, path, method, headers, agent }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    answer.on('error', () => response.destroy());
    answer.pipe(response);
  });
  call.on('error', () => response.destroy());
  response.on('close', () => call.destroy());
  request.pipe(call);
}
