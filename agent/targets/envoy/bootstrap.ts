import { join } from 'node:path';
import { type JsonObject, TYPE } from './discovery.ts';
import { FILE } from './files.ts';
import { FILTER } from './filter.ts';
import { INNER_ROUTES } from './inner.ts';
import { OUTER_ROUTES } from './outer.ts';
import { STRICT_REPLIES } from './strict.ts';

/** Where the gateway listens. */
export interface Listening {
  /** Address of all three. */
  readonly address: string;
  /** Port for requests from outside: the plugin decides here. */
  readonly outerPort: number;
  /** Port for calls between services: routed by the tag that the services pass on. */
  readonly innerPort: number;
  readonly adminPort: number;
}

/** What Envoy is started with: `envoy -c envoy.json`. Everything else it reads from the files beside it, again whenever they change. */
export function envoyBootstrap(folder: string, { address, outerPort, innerPort, adminPort }: Listening): JsonObject {
  const file = (name: string): JsonObject => ({
    resource_api_version: 'V3',
    path_config_source: { path: join(folder, name) },
  });
  const routes = (name: string, source: string): JsonObject => ({
    route_config_name: name,
    config_source: file(source),
  });
  const plugin = { name: FILTER, config_discovery: { config_source: file(FILE.filter), type_urls: [TYPE.wasm] } };
  const edge = { use_remote_address: true, normalize_path: true };
  return {
    node: { id: 'graylane', cluster: 'graylane' },
    admin: { address: socket(address, adminPort) },
    dynamic_resources: { cds_config: file(FILE.clusters) },
    static_resources: {
      listeners: [
        listener('outer', socket(address, outerPort), { ...edge, rds: routes(OUTER_ROUTES, FILE.outer) }, [plugin]),
        listener('inner', socket(address, innerPort), { rds: routes(INNER_ROUTES, FILE.inner) }, []),
      ],
    },
  };
}

function listener(
  name: string,
  address: JsonObject,
  connections: JsonObject,
  filters: readonly JsonObject[],
): JsonObject {
  const router = { name: 'router', typed_config: { '@type': TYPE.router } };
  const manager = {
    '@type': TYPE.connectionManager,
    stat_prefix: name,
    ...connections,
    local_reply_config: STRICT_REPLIES,
    upgrade_configs: [{ upgrade_type: 'websocket' }],
    http_filters: [...filters, router],
  };
  return { name, address, filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }] };
}

function socket(address: string, port: number): JsonObject {
  return { socket_address: { address, port_value: port } };
}
