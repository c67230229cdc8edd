import { type JsonObject, TYPE } from '../../agent/targets/envoy/discovery.ts';
import { TAG } from '../rules.ts';
import { STATUS } from './connection.ts';

/** A port of the gateway, and the filter in front of its routes. */
export interface Listener {
  readonly name: string;
  readonly port: number;
  readonly filter: JsonObject | undefined;
}

/** Every listener answers by itself: with one status when the request has the tag, else with the other. */
export function bootstrap(adminPort: number, listeners: readonly Listener[]): JsonObject {
  return {
    node: { id: 'bench', cluster: 'bench' },
    admin: { address: socket(adminPort) },
    // The main thread shares the core with the one that is measured.
    stats_flush_interval: '299s',
    static_resources: { listeners: listeners.map(listener) },
  };
}

function listener({ name, port, filter }: Listener): JsonObject {
  const manager = {
    '@type': TYPE.connectionManager,
    stat_prefix: name,
    route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: routes() }] },
    http_filters: [
      ...(filter === undefined ? [] : [filter]),
      { name: 'router', typed_config: { '@type': TYPE.router } },
    ],
  };
  return { name, address: socket(port), filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }] };
}

function routes(): readonly JsonObject[] {
  const isTagged = { name: TAG.name, string_match: { exact: TAG.value } };
  return [
    { match: { prefix: '/', headers: [isTagged] }, direct_response: { status: STATUS.gray } },
    { match: { prefix: '/' }, direct_response: { status: STATUS.base } },
  ];
}

function socket(port: number): JsonObject {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}
