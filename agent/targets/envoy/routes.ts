import type { Backend, ServicePort } from '../inventory.ts';
import { type JsonObject, TYPE } from './discovery.ts';
import { clusterName, type Tag, type Upstream } from './topology.ts';

/**
 * Gray pods may be gone before Envoy has heard of it. A request that could not even be sent is sent once more, to those
 * pods of the cluster that come second: the baseline. A cluster that has gray pods alone is left for nobody by this.
 */
const FALL_BACK: JsonObject = {
  retry_on: 'connect-failure,refused-stream',
  num_retries: 2,
  retry_priority: {
    name: 'envoy.retry_priorities.previous_priorities',
    typed_config: { '@type': TYPE.previousPriorities, update_frequency: 1 },
  },
};

/** Part of a Service's requests. */
export interface Destination {
  readonly upstream: Upstream;
  readonly port: ServicePort;
  readonly weight: number;
}

/** The routes to one or several Services: for each tag to the gray pods, else to the baseline. Matches are tried in order. */
export function routesTo(destinations: readonly Destination[], match: JsonObject): readonly JsonObject[] {
  const tags = new Map<string, Tag>();
  for (const { upstream } of destinations) {
    for (const { tag } of upstream.gray) tags.set(JSON.stringify(tag), tag);
  }
  const given = match['headers'];
  const headers = Array.isArray(given) ? given : [];
  return [
    ...[...tags.values()].map((tag) => {
      const tagged = { name: tag.header, string_match: { exact: tag.value } };
      return { match: { ...match, headers: [...headers, tagged] }, route: routeAction(destinations, tag) };
    }),
    { match, route: routeAction(destinations, undefined) },
  ];
}

/** A route to a cluster that does not exist, which Envoy answers with 503. */
export function routeToNobody(cluster: string, match: JsonObject): JsonObject {
  return { match, route: { cluster } };
}

function routeAction(destinations: readonly Destination[], tag: Tag | undefined): JsonObject {
  const clusters = destinations.map(({ upstream, port, weight }) => ({
    name: clusterOf(upstream, port, tag),
    weight,
  }));
  const [only, ...others] = clusters;
  return {
    ...(only !== undefined && others.length === 0 ? { cluster: only.name } : { weighted_clusters: { clusters } }),
    // How long an answer may take is for the services to say.
    timeout: '0s',
    ...(tag !== undefined && { retry_policy: FALL_BACK }),
  };
}

/** A Service without gray pods for the tag answers with its baseline. */
function clusterOf({ backend, gray }: Upstream, port: ServicePort, tag: Tag | undefined): string {
  const isTagged =
    tag !== undefined && gray.some((own) => own.tag.header === tag.header && own.tag.value === tag.value);
  return clusterName(backend, port, isTagged ? tag : undefined);
}

/** The port that a number or name means; without one, the Service's only port or the one for HTTP. */
export function portOf({ ports }: Backend, wanted?: number | string): ServicePort | undefined {
  if (wanted !== undefined) return ports.find(({ number, name }) => number === wanted || name === wanted);
  return ports.find(({ number }) => number === 80) ?? ports[0];
}

/** A RouteConfiguration of that name. */
export function routeConfiguration(name: string, hosts: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return { '@type': TYPE.routes, name, ...more, virtual_hosts: hosts };
}
