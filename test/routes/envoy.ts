import { at, integerAt, isFields, listAt, textAt } from '../../agent/model/json.ts';
import type { EnvoyFiles } from '../../agent/targets/envoy/files.ts';
import { type Answer, anyOf, failing, tried } from './answer.ts';
import type { Cluster } from './cluster.ts';
import type { Visit } from './request.ts';

/**
 * What Envoy does with a request at one of its two listeners: the virtual host of the domain, its routes in order, the first that
 * matches, the cluster's priorities, and what the retry policy does with pods that are gone.
 */
export function envoyAnswer(cluster: Cluster, files: EnvoyFiles, listener: 'outer' | 'inner', visit: Visit): Answer {
  const hosts = listAt(files[listener].resources[0], 'virtual_hosts');
  const host = virtualHostOf(hosts, visit.host);
  const route = listAt(host, 'routes').find((one) => isMatch(at(one, 'match'), visit));
  if (route === undefined) return failing(404);
  const action = at(route, 'route');
  const weighted = listAt(action, 'weighted_clusters', 'clusters').filter((one) => integerAt(one, 'weight') !== 0);
  const names = weighted.length > 0 ? weighted.map((one) => textAt(one, 'name')) : [textAt(action, 'cluster')];
  return anyOf(
    names.map((name) => {
      const found = files.clusters.resources.find((one) => textAt(one, 'name') === name);
      if (found === undefined) return failing(503);
      return tried(attemptsOf(prioritiesOf(cluster, found), at(action, 'retry_policy')), cluster.gone);
    }),
  );
}

/** The exact domain, else the longest that ends or begins alike, else every domain. */
function virtualHostOf(hosts: readonly unknown[], host: string): unknown {
  const domains = hosts.flatMap((one) => listAt(one, 'domains').map((domain) => ({ one, domain: String(domain) })));
  const longest = (isAlike: (domain: string) => boolean): unknown =>
    domains.filter(({ domain }) => isAlike(domain)).sort((a, b) => b.domain.length - a.domain.length)[0]?.one;
  return (
    domains.find(({ domain }) => domain === host)?.one ??
    longest((domain) => domain.length > 1 && domain.startsWith('*') && host.endsWith(domain.slice(1))) ??
    longest((domain) => domain.length > 1 && domain.endsWith('*') && host.startsWith(domain.slice(0, -1))) ??
    domains.find(({ domain }) => domain === '*')?.one
  );
}

function isMatch(match: unknown, { path, headers }: Visit): boolean {
  const { prefix, path: exact, path_separated_prefix: below } = isFields(match) ? match : {};
  const isPath =
    (typeof prefix === 'string' && path.startsWith(prefix)) ||
    path === exact ||
    (typeof below === 'string' && (path === below || path.startsWith(`${below}/`)));
  return (
    isPath &&
    listAt(match, 'headers').every(
      (wanted) => headers[textAt(wanted, 'name') ?? ''] === textAt(wanted, 'string_match', 'exact'),
    )
  );
}

/** The pods at each priority that has any: by their address, or where the name of a Service stands, its endpoints. */
function prioritiesOf(cluster: Cluster, resource: unknown): readonly (readonly string[])[] {
  const groups = new Map<number, string[]>();
  for (const group of listAt(resource, 'load_assignment', 'endpoints')) {
    const priority = integerAt(group, 'priority') ?? 0;
    const pods = listAt(group, 'lb_endpoints').flatMap((endpoint) => {
      const address = textAt(endpoint, 'endpoint', 'address', 'socket_address', 'address') ?? '';
      const [name = '', namespace = '', ...domain] = address.split('.');
      if (domain.join('.') !== 'svc.cluster.local') return cluster.podAt(address) ?? [];
      return (cluster.endpoints(namespace, name) ?? []).map(({ pod }) => pod);
    });
    groups.set(priority, [...(groups.get(priority) ?? []), ...pods]);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([, pods]) => pods)
    .filter((pods) => pods.length > 0);
}

/** With `previous_priorities` the priorities that were tried are left out of the next attempts, until none is left. */
function attemptsOf(priorities: readonly (readonly string[])[], policy: unknown): readonly (readonly string[])[] {
  const isRetried = textAt(policy, 'retry_on')?.split(',').includes('connect-failure') === true;
  const attempts = isRetried ? 1 + (integerAt(policy, 'num_retries') ?? 1) : 1;
  const frequency = integerAt(policy, 'retry_priority', 'typed_config', 'update_frequency') ?? attempts;
  return Array.from(
    { length: attempts },
    (_, index) => priorities[Math.floor(index / frequency) % Math.max(priorities.length, 1)] ?? [],
  );
}
