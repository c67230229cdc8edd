import { collectionPath } from '../../agent/kubernetes/resource.ts';
import { at } from '../../agent/model/json.ts';
import type { JsonObject } from '../../agent/targets/envoy/discovery.ts';
import { TYPE } from '../../agent/targets/envoy/discovery.ts';
import { ISTIO } from '../../agent/targets/wasmplugin/flavour.ts';
import { freePorts } from '../../demo/ports.ts';
import { GATEWAY_NODE, startIstio } from '../../test/cluster/istio.ts';
import { releasedLane } from '../../test/cluster/released-lane.ts';
import { STATUS } from '../gateway/connection.ts';
import { TAG } from '../rules.ts';
import { startEnvoy } from './envoy.ts';
import { SHOP, type Way, type WayOptions } from './way.ts';
import { witnessObject } from './witness.ts';

const NAME = 'graylane';

/** Istio's real control plane, which feeds a stock Envoy as it feeds an ingress gateway. */
export async function openIstio({ cluster, plugin, envoy }: WayOptions): Promise<Way> {
  const [port = 0, adminPort = 0] = await freePorts(2);
  await cluster.apply([pluginObject(plugin), ...routes(port)]);
  const istio = await startIstio(cluster);
  const ends: (() => Promise<void>)[] = [() => istio.stop()];
  return {
    words: ['--target', 'istio'],
    objects: releasedLane(SHOP),
    begin: async () => {
      const config = fedBootstrap(adminPort, istio.xdsPort);
      const running = await startEnvoy(envoy, cluster.folder, config, adminPort);
      ends.unshift(() => running.kill());
      const path = collectionPath(ISTIO.resource, ISTIO.namespace);
      const event = await witnessObject(cluster.admin, { path, name: NAME }, (object) => at(object, 'spec'));
      ends.push(() => event.close());
      return { port, witnesses: { 'WasmPlugin seen by a watch': event } };
    },
    close: async () => {
      for (const end of ends) await end();
    },
  };
}

/** The WasmPlugin of graylane as it is installed, without a configuration, for the ingress gateway. `plugin` is a path. */
export function pluginObject(plugin: string): object {
  return {
    apiVersion: 'extensions.istio.io/v1alpha1',
    kind: 'WasmPlugin',
    metadata: { name: NAME, namespace: ISTIO.namespace },
    spec: {
      selector: { matchLabels: GATEWAY_NODE.metadata.LABELS },
      pluginName: NAME,
      url: `file://${plugin}`,
      priority: 400,
      failStrategy: 'FAIL_OPEN',
    },
  };
}

/** As `bootstrap` has them: the gateway answers by itself, with one status when the request has the tag, else with the other. */
function routes(port: number): readonly object[] {
  const [apiVersion, metadata] = ['networking.istio.io/v1', { name: 'edge', namespace: ISTIO.namespace }];
  const server = { port: { number: port, name: 'http', protocol: 'HTTP' }, bind: '127.0.0.1', hosts: ['*'] };
  const http = [
    { match: [{ headers: { [TAG.name]: { exact: TAG.value } } }], directResponse: { status: STATUS.gray } },
    { directResponse: { status: STATUS.base } },
  ];
  return [
    {
      apiVersion,
      kind: 'Gateway',
      metadata,
      spec: { selector: GATEWAY_NODE.metadata.LABELS, servers: [server] },
    },
    { apiVersion, kind: 'VirtualService', metadata, spec: { hosts: ['*'], gateways: [metadata.name], http } },
  ];
}

/** The bootstrap of an Envoy to which the control plane says everything. `node` is what it says of itself. */
export function fedBootstrap(adminPort: number, xdsPort: number, node: JsonObject = GATEWAY_NODE): JsonObject {
  const fed = { resource_api_version: 'V3', ads: {} };
  const socket = (port: number): JsonObject => ({ socket_address: { address: '127.0.0.1', port_value: port } });
  const http2 = { '@type': TYPE.httpOptions, explicit_http_config: { http2_protocol_options: {} } };
  const controlPlane = {
    name: 'xds',
    type: 'STATIC',
    connect_timeout: '5s',
    typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': http2 },
    load_assignment: {
      cluster_name: 'xds',
      endpoints: [{ lb_endpoints: [{ endpoint: { address: socket(xdsPort) } }] }],
    },
  };
  const services = [{ envoy_grpc: { cluster_name: controlPlane.name } }];
  return {
    node,
    admin: { address: socket(adminPort) },
    dynamic_resources: {
      ads_config: { api_type: 'GRPC', transport_api_version: 'V3', grpc_services: services },
      cds_config: fed,
      lds_config: fed,
    },
    static_resources: { clusters: [controlPlane] },
  };
}
