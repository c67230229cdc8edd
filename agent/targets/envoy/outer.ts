import { quoted } from '../../model/quote.ts';
import type { RouteInventory } from '../inventory.ts';
import type { JsonObject } from './discovery.ts';
import { bySpecificity, type Front, type FrontValue } from './front.ts';
import { httpRouteFronts } from './http-route.ts';
import { ingressFronts } from './ingress.ts';
import type { Report } from './reasons.ts';
import { type Destination, portOf, routeConfiguration, routesTo, routeToNobody } from './routes.ts';
import type { Upstream } from './topology.ts';

/** Name of the routes for requests from outside. */
export const OUTER_ROUTES = 'graylane-outer';

/** The routes for requests from outside: from the hosts and paths of Ingresses and HTTPRoutes to the Services. */
export function outerRoutes(
  inventory: RouteInventory,
  upstreams: ReadonlyMap<string, Upstream>,
  isRegex: (pattern: string) => boolean,
  report: Report,
): JsonObject {
  const fronts = inventory.fronts.flatMap((front) =>
    front.kind === 'Ingress' ? ingressFronts(front, isRegex, report) : httpRouteFronts(front, isRegex, report),
  );
  const byHost = new Map<string, Front[]>();
  for (const front of fronts) {
    const sameHost = byHost.get(front.host);
    if (sameHost === undefined) byHost.set(front.host, [front]);
    else sameHost.push(front);
  }
  const hosts = [...byHost].map(([host, found]) => ({
    name: host === '' ? 'every-host' : host,
    domains: [host === '' ? '*' : host],
    routes: found.sort(bySpecificity).flatMap((front) => routesOf(front, inventory, upstreams, report)),
  }));
  return routeConfiguration(OUTER_ROUTES, hosts, { ignore_port_in_host_matching: true });
}

function routesOf(
  front: Front,
  { kruiseServices }: RouteInventory,
  upstreams: ReadonlyMap<string, Upstream>,
  report: Report,
): readonly JsonObject[] {
  // Kruise adds Services of its own to an HTTPRoute while a release is under way; here the tag does what they are for.
  const backends = front.backends.filter(({ service }) => !kruiseServices.has(service));
  const destinations = backends.flatMap(({ service, port: wanted, weight }): readonly Destination[] => {
    const upstream = upstreams.get(service);
    const port = upstream && portOf(upstream.backend, wanted);
    if (upstream !== undefined && port !== undefined) return [{ upstream, port, weight }];
    const what = upstream === undefined ? service : `${service}, port ${quoted(String(wanted ?? ''))}`;
    report(front.object, front.where, 'BackendNotFound', `There is no Service ${what}`);
    return [];
  });
  const match = matchOf(front);
  if (destinations.length > 0) return routesTo(destinations, match);
  return backends.slice(0, 1).map(({ service }) => routeToNobody(service, match));
}

function matchOf({ path, host, object, method, headers, query }: Front): JsonObject {
  const wanted = [
    ...(object.kind === 'Ingress' && host.startsWith('*.') ? [oneLabel(host)] : []),
    ...(method === undefined ? [] : [{ name: ':method', string_match: { exact: method } }]),
    ...headers.map(valueMatch),
  ];
  return {
    ...pathMatch(path),
    ...(wanted.length > 0 && { headers: wanted }),
    ...(query.length > 0 && { query_parameters: query.map(valueMatch) }),
  };
}

function pathMatch({ operator, value }: Front['path']): JsonObject {
  if (operator === 'exact') return { path: value };
  if (operator === 'regex') return { safe_regex: { regex: value } };
  return value === '' ? { prefix: '/' } : { path_separated_prefix: value };
}

function valueMatch({ name, operator, value }: FrontValue): JsonObject {
  return { name, string_match: operator === 'exact' ? { exact: value } : { safe_regex: { regex: value } } };
}

/** In an Ingress a wildcard stands for exactly one label; Envoy's own stands for any number. */
function oneLabel(host: string): JsonObject {
  const rest = host.slice(1).replaceAll('.', '\\.');
  return { name: ':authority', string_match: { safe_regex: { regex: `(?i)[^.]+${rest}(:[0-9]+)?` } } };
}
