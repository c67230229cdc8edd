import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as send } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import type { Cluster } from './cluster.ts';

const STABLE = 'discovery.k8s.io/v1';
const BETA = 'discovery.k8s.io/v1beta1';
const SLICES = `/apis/${STABLE}/`;

/** An API server takes no loopback address in an EndpointSlice: whoever has its place there stands for it. */
const OUTER = '198.18.1.';
const LOOPBACK = '127.0.1.';

/** A pod in `default` as its Service sees it. */
interface Endpoint {
  /** Name of the pod. */
  readonly pod: string;
  readonly service: string;
  /** `127.0.1.n` */
  readonly address: string;
  readonly port: number;
  readonly isReady: boolean;
}

/** The EndpointSlice of one pod, of its name. */
export function endpointSlice({ pod, service, address, port, isReady }: Endpoint): KubernetesObject {
  const metadata = { name: pod, namespace: 'default', labels: { 'kubernetes.io/service-name': service } };
  return {
    apiVersion: BETA,
    kind: 'EndpointSlice',
    metadata,
    addressType: 'IPv4',
    ports: [{ name: 'http', port, protocol: 'TCP' }],
    endpoints: [
      {
        addresses: [address.replace(LOOPBACK, OUTER)],
        conditions: { ready: isReady },
        targetRef: { kind: 'Pod', namespace: 'default', name: pod },
      },
    ],
  };
}

/** What stands in front of an API server for clients that insist on `discovery.k8s.io/v1`. */
export interface DiscoveryV1 {
  /** For `cluster.kubeconfig(user, { url })`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts one in front of a cluster. A kube-apiserver 1.20 serves the beta of EndpointSlices alone, and Istio waits for the newer
 * ones for ever: here it gets the old ones as new. Everything else passes as it is.
 */
export async function startDiscoveryV1(cluster: Cluster): Promise<DiscoveryV1> {
  const { certFile, keyFile } = cluster.certificate;
  const cert = readFileSync(certFile);
  const agent = new Agent({ keepAlive: true, ca: cert });
  const upstream = new URL(cluster.url);
  const server = createServer({ cert, key: readFileSync(keyFile) }, (request, response) => {
    pass(request, response, upstream, agent);
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

/** Passes them on as the newer ones, whose fields that matter are the same. */
function passSlices(answer: IncomingMessage, response: ServerResponse): void {
  let rest = '';
  answer.setEncoding('utf8');
  answer.on('data', (piece: string) => {
    const text = rest + piece;
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    if (end > 0) response.write(renewed(text.slice(0, end)));
  });
  answer.on('end', () => response.end(renewed(rest)));
}

/** The older ones do not tell a pod that ends from one that is not ready, which for Istio are different things: here it is the latter. */
function renewed(text: string): string {
  return text
    .replaceAll(`"${BETA}"`, `"${STABLE}"`)
    .replaceAll(`"${OUTER}`, `"${LOOPBACK}`)
    .replaceAll('"conditions":{"ready":false}', '"conditions":{"ready":false,"serving":false,"terminating":false}');
}

function pass(request: IncomingMessage, response: ServerResponse, { hostname, port, host }: URL, agent: Agent): void {
  const { method, url = '/' } = request;
  const isSlices = url.startsWith(SLICES);
  const path = isSlices ? url.replace(SLICES, `/apis/${BETA}/`) : url;
  const plain = { accept: 'application/json', 'accept-encoding': 'identity' };
  const headers = { ...request.headers, host, ...(isSlices && plain) };
  const call = send({ hostname, port, path, method, headers, agent }, (answer) => {
    const { 'content-length': _, ...unmeasured } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, isSlices ? unmeasured : answer.headers);
    response.flushHeaders();
    answer.on('error', () => response.destroy());
    if (isSlices) passSlices(answer, response);
    else answer.pipe(response);
  });
  call.on('error', () => response.destroy());
  response.on('close', () => call.destroy());
  request.pipe(call);
}
