import { type JsonObject, TYPE } from '../../agent/targets/envoy/discovery.ts';
import { FILTER, filterOf } from '../../agent/targets/envoy/filter.ts';

/** What is handed to the plugin: a text, or bytes that need not be one. */
export type ConfigurationBytes = string | Uint8Array;

/** The plugin as the agent writes it, under a name of its own and with any configuration, be it good or bad. */
export function pluginOf(name: string, configuration: ConfigurationBytes, pluginPath: string): JsonObject {
  const value =
    typeof configuration === 'string'
      ? { '@type': TYPE.text, value: configuration }
      : { '@type': BYTES, value: Buffer.from(configuration).toString('base64') };
  return JSON.parse(JSON.stringify(filterOf({}, pluginPath)), (key, given: unknown) => {
    if (key === 'configuration') return value;
    return given === FILTER ? name : given;
  });
}

const BYTES = 'type.googleapis.com/google.protobuf.BytesValue';

/** Answers `gray` to requests with the tag gray, and `base` to all others. */
export const DIRECT: readonly JsonObject[] = [answering('gray', { prefix: '/' }), answering('base', { prefix: '/' })];

/** A route that answers with its lane: with the tag when it is not the baseline's. */
export function answering(lane: string, match: JsonObject, name = lane): JsonObject {
  return { name, match: tagged(lane, match), direct_response: { status: 200, body: { inline_string: lane } } };
}

/** A route to the cluster of a lane. */
export function leading(lane: string): JsonObject {
  return { name: lane, match: tagged(lane, { prefix: '/' }), route: { cluster: lane } };
}

function tagged(lane: string, match: JsonObject): JsonObject {
  if (lane === 'base') return match;
  return { ...match, headers: [{ name: 'x-mse-tag', string_match: { exact: lane } }] };
}

/** A cluster of one server on this machine. */
export function cluster(name: string, port: number): JsonObject {
  const endpoint = { address: { socket_address: { address: '127.0.0.1', port_value: port } } };
  return {
    '@type': TYPE.cluster,
    name,
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint }] }] },
  };
}

export interface Layout {
  /** Names of the plugins; each has a listener of its own. */
  readonly plugins: readonly string[];
  readonly routes: readonly JsonObject[];
  readonly clusters: readonly JsonObject[];
  /** Settings of the HTTP connection managers. */
  readonly connections: JsonObject;
  /** Path of the file that a plugin is read from. */
  readonly source: (plugin: string) => string;
}

/** What Envoy is started with. It chooses the ports itself, so that no two runs can meet at one. */
export function bootstrap({ plugins, routes, clusters, connections, source }: Layout): JsonObject {
  return {
    node: { id: 'test', cluster: 'test' },
    admin: { address: ANY_PORT },
    static_resources: {
      listeners: plugins.map((name) => ({
        name,
        address: ANY_PORT,
        filter_chains: [{ filters: [{ name: 'http', typed_config: manager(name) }] }],
      })),
      clusters: clusters.map(({ '@type': _, ...rest }) => rest),
    },
  };

  function manager(plugin: string): JsonObject {
    const file = { resource_api_version: 'V3', path_config_source: { path: source(plugin) } };
    return {
      '@type': TYPE.connectionManager,
      stat_prefix: plugin,
      delayed_close_timeout: '0.1s',
      ...connections,
      route_config: { name: 'routes', virtual_hosts: [{ name: 'all', domains: ['*'], routes }] },
      http_filters: [
        { name: plugin, config_discovery: { config_source: file, type_urls: [TYPE.wasm] } },
        { name: 'router', typed_config: { '@type': TYPE.router } },
      ],
    };
  }
}

const ANY_PORT: JsonObject = { socket_address: { address: '127.0.0.1', port_value: 0 } };
