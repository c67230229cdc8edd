import { at, integerAt, isFields, listAt, textAt } from '../../agent/model/json.ts';
import { type Endpoint, firstValue, type Header, type Refusal } from './proxy.ts';

/**
 * The part of Envoy's route and cluster configuration that the agent writes for the demo: virtual hosts by domain, routes by
 * path and header, clusters with fixed endpoints. What is not of that part is refused when it is read, never guessed at.
 */

interface HeaderMatch {
  readonly name: string;
  readonly value: string;
}

interface Route {
  readonly pathMatches: (path: string) => boolean;
  readonly headers: readonly HeaderMatch[];
  readonly cluster: string;
}

interface VirtualHost {
  readonly domains: readonly string[];
  readonly routes: readonly Route[];
}

/** The routes of one listener. */
export interface RouteTable {
  readonly ignoresPort: boolean;
  readonly hosts: readonly VirtualHost[];
}

/** The endpoints of each cluster by name: those of the first priority, of the second and so on. */
export type Clusters = ReadonlyMap<string, readonly (readonly Endpoint[])[]>;

/** Something in the gateway's files that this gateway does not know. */
export class UnknownConfiguration extends Error {
  override readonly name = 'UnknownConfiguration';
}

/** Reads the routes out of a discovery response with one route configuration. */
export function readRoutes(response: unknown): RouteTable {
  const configuration = at(response, 'resources', 0);
  if (configuration === undefined) throw new UnknownConfiguration('there is no route configuration');
  return {
    ignoresPort: at(configuration, 'ignore_port_in_host_matching') === true,
    hosts: listAt(configuration, 'virtual_hosts').map((host) => ({
      domains: listAt(host, 'domains').flatMap((domain) => (typeof domain === 'string' ? domain : [])),
      routes: listAt(host, 'routes').map(readRoute),
    })),
  };
}

/** Reads the clusters out of a discovery response. */
export function readClusters(response: unknown): Clusters {
  return new Map(
    listAt(response, 'resources').map((cluster) => [
      textAt(cluster, 'name') ?? '',
      listAt(cluster, 'load_assignment', 'endpoints')
        .toSorted((a, b) => priorityOf(a) - priorityOf(b))
        .map((locality) => listAt(locality, 'lb_endpoints').map(readEndpoint)),
    ]),
  );
}

/** The cluster that a request goes to: that of the first route that holds in the virtual host of the most exact domain. */
export function clusterOf({ ignoresPort, hosts }: RouteTable, headers: readonly Header[]): string | Refusal {
  const authority = firstValue(headers, ':authority').toLowerCase();
  const host = hostOf(hosts, ignoresPort ? authority.replace(/:\d*$/, '') : authority);
  const path = firstValue(headers, ':path').replace(/[?#].*$/, '');
  const route = host?.routes.find(
    (candidate) => candidate.pathMatches(path) && candidate.headers.every((match) => holds(match, headers)),
  );
  return route?.cluster ?? { status: 404, reason: 'no route' };
}

/** As Envoy ranks domains: the whole name, then `*.name`, then `name:*`, then `*`; of two wildcards the longer one. */
function hostOf(hosts: readonly VirtualHost[], authority: string): VirtualHost | undefined {
  return hosts
    .flatMap((host) => host.domains.map((domain) => ({ host, rank: rankOf(domain, authority) })))
    .filter(({ rank }) => rank > 0)
    .toSorted((a, b) => b.rank - a.rank)[0]?.host;
}

const EXACT = 3000;
const SUFFIX = 2000;
const PREFIX = 1000;

/** 0: the domain does not stand for the authority. */
function rankOf(domain: string, authority: string): number {
  if (domain === '*') return 1;
  if (domain.startsWith('*')) return authority.endsWith(domain.slice(1)) ? SUFFIX + domain.length : 0;
  if (domain.endsWith('*')) return authority.startsWith(domain.slice(0, -1)) ? PREFIX + domain.length : 0;
  return domain === authority ? EXACT : 0;
}

/** As Envoy does it, any of a header's values may match. */
function holds({ name, value }: HeaderMatch, headers: readonly Header[]): boolean {
  return headers.some(([key, given]) => key === name && given === value);
}

function readRoute(route: unknown): Route {
  const cluster = textAt(route, 'route', 'cluster');
  if (cluster === undefined) throw new UnknownConfiguration(`a route without a cluster: ${JSON.stringify(route)}`);
  const match = at(route, 'match');
  return { pathMatches: readPath(match), headers: listAt(match, 'headers').map(readHeader), cluster };
}

function readPath(match: unknown): Route['pathMatches'] {
  const kinds = isFields(match) ? Object.keys(match).filter((key) => key !== 'headers') : [];
  const [kind = '', ...others] = kinds;
  const value = textAt(match, kind);
  if (value !== undefined && others.length === 0) {
    if (kind === 'prefix') return (path) => path.startsWith(value);
    if (kind === 'path') return (path) => path === value;
    if (kind === 'path_separated_prefix') return (path) => path === value || path.startsWith(`${value}/`);
  }
  throw new UnknownConfiguration(`a route match of an unknown kind: ${JSON.stringify(match)}`);
}

function readHeader(match: unknown): HeaderMatch {
  const name = textAt(match, 'name');
  const value = textAt(match, 'string_match', 'exact');
  if (name !== undefined && value !== undefined) return { name: name.toLowerCase(), value };
  throw new UnknownConfiguration(`a header match of an unknown kind: ${JSON.stringify(match)}`);
}

function priorityOf(locality: unknown): number {
  return integerAt(locality, 'priority') ?? 0;
}

function readEndpoint(entry: unknown): Endpoint {
  const socket = at(entry, 'endpoint', 'address', 'socket_address');
  const address = textAt(socket, 'address');
  const port = integerAt(socket, 'port_value');
  if (address !== undefined && port !== undefined) return { address, port };
  throw new UnknownConfiguration(`an endpoint without an address: ${JSON.stringify(entry)}`);
}
