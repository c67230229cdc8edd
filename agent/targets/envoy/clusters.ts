import { serviceHosts } from '../../model/service.ts';
import { isPort, type ServicePort, type Target } from '../inventory.ts';
import { type JsonObject, TYPE } from './discovery.ts';
import { strictMetadata } from './strict.ts';
import { clusterName, type Upstream } from './topology.ts';

/** Envoy's own limits are lower than what a gateway has to carry; graylane sets none. */
const UNLIMITED = 4294967295;
const LIMITS: JsonObject = {
  thresholds: [
    { max_connections: UNLIMITED, max_pending_requests: UNLIMITED, max_requests: UNLIMITED, max_retries: UNLIMITED },
  ],
};

const HTTP2: JsonObject = {
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
    '@type': TYPE.httpOptions,
    explicit_http_config: { http2_protocol_options: {} },
  },
};

/**
 * The clusters of a Service: for each port one for the baseline and one for each tag. Gray pods come first there and the
 * baseline second, so that a tag that comes late, when no gray pod is left, is answered by the baseline. In the mode strict the
 * baseline is not in that cluster: nothing that Envoy does with it, a retry included, can lead there.
 */
export function clustersOf({ backend, baseline, gray }: Upstream): readonly JsonObject[] {
  return backend.ports.flatMap((port) => {
    const stable = baseline === undefined ? [named(dnsName(backend), port)] : endpointsOf(baseline, port);
    const type = baseline === undefined ? BY_NAME : BY_ADDRESS;
    return [
      cluster(clusterName(backend, port), type, port, [stable]),
      ...gray.map(({ tag, targets, mode }) => {
        const name = clusterName(backend, port, tag);
        const pods = endpointsOf(targets, port);
        if (mode === 'fallback') return cluster(name, type, port, [pods, stable]);
        return { ...cluster(name, BY_ADDRESS, port, [pods]), metadata: strictMetadata(backend, tag) };
      }),
    ];
  });
}

/** A cluster under another name. */
export function renamed(original: JsonObject, name: string): JsonObject {
  const assignment = original['load_assignment'];
  const endpoints = typeof assignment === 'object' && assignment !== null ? assignment : {};
  return { ...original, name, load_assignment: { ...endpoints, cluster_name: name } };
}

const BY_ADDRESS: JsonObject = { type: 'STATIC' };
const BY_NAME: JsonObject = { type: 'STRICT_DNS', dns_lookup_family: 'V4_PREFERRED' };

function dnsName({ metadata, externalName }: Upstream['backend']): string {
  return externalName ?? serviceHosts(metadata.namespace, metadata.name)[0];
}

function cluster(
  name: string,
  type: JsonObject,
  { http2 }: ServicePort,
  priorities: readonly (readonly JsonObject[])[],
): JsonObject {
  const groups = priorities.filter((endpoints) => endpoints.length > 0);
  return {
    '@type': TYPE.cluster,
    name,
    ...type,
    connect_timeout: '1s',
    circuit_breakers: LIMITS,
    ...(http2 && { typed_extension_protocol_options: HTTP2 }),
    load_assignment: {
      cluster_name: name,
      endpoints: groups.map((endpoints, priority) => ({ priority, lb_endpoints: endpoints })),
    },
  };
}

/** Where the pods listen; a pod that has no port of the wanted name is left out. */
function endpointsOf(targets: readonly Target[], { target }: ServicePort): readonly JsonObject[] {
  const found = targets.flatMap(({ address, ports }) => {
    const port = typeof target === 'number' ? target : ports.get(target);
    return port === undefined || !isPort(port) ? [] : [{ address, port }];
  });
  return found
    .sort((a, b) => (a.address === b.address ? a.port - b.port : a.address < b.address ? -1 : 1))
    .map(({ address, port }) => endpoint(address, port));
}

function named(name: string, { number }: ServicePort): JsonObject {
  return endpoint(name, number);
}

function endpoint(address: string, port: number): JsonObject {
  return { endpoint: { address: { socket_address: { address, port_value: port } } } };
}
