import { createHash } from 'node:crypto';

/** A value as it stands in a JSON file. */
type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

const TYPES = 'type.googleapis.com/';

/** `@type` of the Envoy resources that are written. */
export const TYPE = {
  cluster: `${TYPES}envoy.config.cluster.v3.Cluster`,
  routes: `${TYPES}envoy.config.route.v3.RouteConfiguration`,
  extension: `${TYPES}envoy.config.core.v3.TypedExtensionConfig`,
  wasm: `${TYPES}envoy.extensions.filters.http.wasm.v3.Wasm`,
  text: `${TYPES}google.protobuf.StringValue`,
  connectionManager: `${TYPES}envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
  router: `${TYPES}envoy.extensions.filters.http.router.v3.Router`,
  httpOptions: `${TYPES}envoy.extensions.upstreams.http.v3.HttpProtocolOptions`,
  cel: `${TYPES}envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter`,
  previousPriorities: `${TYPES}envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig`,
} as const;

/** A DiscoveryResponse as Envoy reads it from a file. */
export interface Discovery {
  readonly version_info: string;
  readonly resources: readonly JsonObject[];
}

/** The resources as a DiscoveryResponse; without a version of their own, equal resources have equal versions. */
export function discovery(resources: readonly JsonObject[], version = versionOf(resources)): Discovery {
  return { version_info: version, resources };
}

/** The file's text. */
export function textOf(content: Discovery | JsonObject): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function versionOf(resources: readonly JsonObject[]): string {
  return createHash('sha256').update(JSON.stringify(resources)).digest('hex').slice(0, 16);
}
