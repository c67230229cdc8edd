import { at, fieldsAt, listAt, textAt, textsAt } from '../../agent/model/json.ts';
import type { KubernetesObject } from '../../agent/model/snapshot.ts';
import { selectedBy } from '../traces/pods.ts';
import { type Answer, failing, tried } from './answer.ts';
import { type Cluster, type Endpoint, namespaceOf } from './cluster.ts';
import type { Call } from './request.ts';

/**
 * What a sidecar that Istio's control plane feeds does with a call to a Service, as Istio's documents of VirtualService and
 * DestinationRule and Envoy's of priorities and retries have it: the routes of the host in order, the first that matches; a
 * subset's labels; `failoverPriority` where there is outlier detection; what a retry policy does with pods that are gone.
 */
export function istioAnswer(cluster: Cluster, { namespace, service, headers }: Call): Answer {
  const host = `${service}.${namespace}.svc.cluster.local`;
  const route = routeOf(cluster, host, headers);
  if (route === 'none') return failing(404);
  const destination = listAt(route, 'route').map((one) => at(one, 'destination'))[0];
  const [name = '', space = ''] = (textAt(destination, 'host') ?? host).split('.');
  const endpoints = cluster.endpoints(space, name);
  if (endpoints === undefined) return failing(503);
  const rule = cluster.of('DestinationRule').find((one) => fullHost(textAt(one, 'spec', 'host'), one) === host);
  const wanted = textAt(destination, 'subset');
  const subset = listAt(rule, 'spec', 'subsets').find((one) => textAt(one, 'name') === wanted);
  // Istio makes no cluster for a subset that no DestinationRule has.
  if (wanted !== undefined && subset === undefined) return failing(503);
  const labels = textsAt(subset, 'labels');
  const chosen = endpoints.filter((endpoint) => selectedBy(labels, endpoint.labels));
  // What a subset says stands in the place of what the host says, field by field.
  const policy = { ...fieldsAt(rule, 'spec', 'trafficPolicy'), ...fieldsAt(subset, 'trafficPolicy') };
  const priorities = prioritiesOf(chosen, policy).map((group) => group.map(({ pod }) => pod));
  return tried(attemptsOf(priorities, at(route, 'retries')), cluster.gone);
}

/** The route that counts for a call inside the mesh; `none` when there are some and none matches, undefined when there are none. */
function routeOf(cluster: Cluster, host: string, headers: Call['headers']): unknown {
  const virtual = cluster
    .of('VirtualService')
    .filter((one) => listAt(one, 'spec', 'gateways').length === 0 || listAt(one, 'spec', 'gateways').includes('mesh'))
    .find((one) => listAt(one, 'spec', 'hosts').some((name) => fullHost(name, one) === host));
  if (virtual === undefined) return undefined;
  const found = listAt(virtual, 'spec', 'http').find((route) => {
    const matches = listAt(route, 'match');
    return matches.length === 0 || matches.some((match) => isMatch(match, headers));
  });
  return found ?? 'none';
}

function isMatch(match: unknown, headers: Call['headers']): boolean {
  const wanted = Object.entries(fieldsAt(match, 'headers'));
  return wanted.every(([name, value]) => headers[name.toLowerCase()] === textAt(value, 'exact'));
}

/** A name without a dot is one of the object's own namespace. */
function fullHost(host: unknown, object: KubernetesObject): string {
  const name = String(host);
  return name.includes('.') ? name : `${name}.${namespaceOf(object)}.svc.cluster.local`;
}

/**
 * The priorities that Istio gives to endpoints: of N labels, those that have all come first, those that have the first N-1 next,
 * and so on; empty ones are closed up. All are one priority without outlier detection.
 */
function prioritiesOf(endpoints: readonly Endpoint[], policy: object): readonly (readonly Endpoint[])[] {
  const locality = fieldsAt(policy, 'loadBalancer', 'localityLbSetting');
  const labels = listAt(locality, 'failoverPriority').map(String);
  const isSorted = at(locality, 'enabled') === true && at(policy, 'outlierDetection') !== undefined;
  if (!isSorted || labels.length === 0) return [endpoints];
  const groups = Array.from({ length: labels.length + 1 }, (): Endpoint[] => []);
  for (const endpoint of endpoints) {
    const has = (label: string): boolean => {
      const [name = '', value = ''] = label.split('=');
      return (endpoint.labels[name] ?? '') === value;
    };
    const missing = labels.findIndex((label) => !has(label));
    groups[missing === -1 ? 0 : labels.length - missing]?.push(endpoint);
  }
  return groups.filter((group) => group.length > 0);
}

/**
 * Which group each attempt is made at. Envoy asks the first priority while anybody in it is healthy; with `retryRemoteLocalities`
 * Istio lets every second attempt leave the priorities that were tried. Without a policy of their own routes are retried twice.
 */
function attemptsOf(priorities: readonly (readonly string[])[], retries: unknown): readonly (readonly string[])[] {
  const attempts = 1 + Number(at(retries, 'attempts') ?? 2);
  const isLeaving = at(retries, 'retryRemoteLocalities') === true;
  return Array.from(
    { length: attempts },
    (_, index) => priorities[isLeaving ? Math.floor(index / 2) % Math.max(priorities.length, 1) : 0] ?? [],
  );
}
